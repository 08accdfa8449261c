from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, DocumentError, Metadata, RecordFields
from index.corpus.readers.json_files import read_json, read_json_lines
from tests.conftest import ROOT
from tests.index.corpus.readers.blocks import assert_read_or_refused, blocks_of

SUITE = ROOT.parent / "shared" / "data" / "badinput" / "jsontestsuite" / "test_parsing"


def read(value: object, fields: RecordFields | None = None) -> Document:
    return read_json(json.dumps(value).encode(), "a.json", "id", fields or RecordFields())


def read_lines(*lines: str) -> Document:
    return read_json_lines("\n".join(lines).encode(), "a.jsonl", "id")


def rows_of(document: Document) -> list[tuple[int | None, str, str]]:
    texts = [text for _, text, _ in blocks_of(document)]
    kinds = [block.kind for block in document.blocks]
    rows = [block.location.row for block in document.blocks]
    return list(zip(rows, kinds, texts, strict=True))


def test_the_items_of_a_list_are_records_with_title_prose_and_other_fields() -> None:
    document = read([{"title": "One", "text": "A.\n\nB.", "year": 1999}, {"body": "C."}])
    assert rows_of(document) == [
        (1, "heading", "One"),
        (1, "prose", "A."),
        (1, "prose", "B."),
        (1, "lines", "year: 1999"),
        (2, "prose", "C."),
    ]
    assert [block.headings for block in document.blocks] == [("One",)] * 4 + [()]


def test_lists_of_objects_in_an_object_are_sections_of_records_after_the_rest() -> None:
    document = read({"people": [{"n": 1}, {"n": 2}], "count": 2, "towns": [{"n": 3}]})
    assert rows_of(document) == [
        (1, "lines", "count: 2"),
        (2, "heading", "people"),
        (2, "lines", "n: 1"),
        (3, "lines", "n: 2"),
        (4, "heading", "towns"),
        (4, "lines", "n: 3"),
    ]
    assert document.blocks[3].headings == ("people",)


def test_lists_of_objects_deeper_in_an_object_are_named_by_their_path() -> None:
    document = read({"data": {"items": [{"n": 1}, {"n": 2}], "next": {"page": 3}}, "n": 0})
    assert rows_of(document) == [
        (1, "lines", "data.next.page: 3"),
        (1, "lines", "n: 0"),
        (2, "heading", "data.items"),
        (2, "lines", "n: 1"),
        (3, "lines", "n: 2"),
    ]


def test_an_object_with_prose_is_one_record_whose_fields_are_metadata_too() -> None:
    document = read(
        {
            "headline": "T",
            "date": "2020-02-14T10:00:00Z",
            "url": "https://example.org",
            "author": "Ada Quill",
            "text": "Words.",
            "comments": [{"by": "Bo"}],
        }
    )
    assert document.metadata == Metadata(
        "T", authors=("Ada Quill",), date=dt.date(2020, 2, 14), url="https://example.org"
    )
    assert (1, "lines", "comments.by: Bo") in rows_of(document)
    assert {row for row, _, _ in rows_of(document)} == {1}


def test_what_is_no_date_or_name_is_text_and_no_metadata() -> None:
    document = read({"text": "Words.", "title": "T", "date": "spring", "author": {"name": "Bo"}})
    assert document.metadata == Metadata("T")
    assert document.text == "T\n\nWords.\ndate: spring\nauthor.name: Bo"


def test_many_records_leave_the_metadata_to_the_file() -> None:
    assert read([{"title": "One", "date": "2020-02-14"}, {}]).metadata == Metadata("a")


def test_values_within_values_are_named_by_their_path() -> None:
    value = {"a": {"b": [{"c": 1}, {"c": [2, 3], "d": None}]}, "e": ["x", "", "y"], "f": True}
    assert read([value]).text == "a.b.c: 1\n\na.b.c: 2, 3\n\ne: x, y\n\nf: true".replace(
        "\n\n", "\n"
    )


def test_numbers_stay_as_they_were_written() -> None:
    text = b'{"a": 1.50, "b": 123456789012345678901234567890, "c": 1E5, "d": -0}'
    assert read_json(text, "a.json", "id").text == (
        "a: 1.50\nb: 123456789012345678901234567890\nc: 1E5\nd: -0"
    )


def test_fields_can_be_named() -> None:
    fields = RecordFields(text=("data.abstract",), title=("head",), left_out=("id", "raw"))
    record = {"head": "T", "data": {"abstract": "A.", "x": 1}, "id": 7, "raw": {"y": 2}, "text": ""}
    assert read([record], fields).text == "T\n\nA.\ndata.x: 1"


def test_a_list_of_texts_is_the_paragraphs_of_a_record() -> None:
    assert rows_of(read([{"text": ["One.", "Two."]}])) == [
        (1, "prose", "One."),
        (1, "prose", "Two."),
    ]


def test_long_values_are_prose() -> None:
    ((_, kind, text),) = rows_of(read([{"summary": "A sentence. " * 20}]))
    assert (kind, text[:20]) == ("prose", "summary: A sentence.")


def test_long_lists_of_numbers_are_left_out_and_noted() -> None:
    document = read([{"text": "A.", "embedding": [0.5] * 384}, {"embedding": [1.5] * 384}])
    assert document.text == "A."
    assert document.notes == ("left out lists of numbers: embedding",)


def test_rows_of_numbers_without_a_name_are_kept() -> None:
    assert read([list(range(20))]).text.endswith("18, 19")


@pytest.mark.parametrize(("value", "text"), [("Words.", "Words."), (5, "5"), (["a", 2], "a\n\n2")])
def test_values_without_names_are_records(value: object, text: str) -> None:
    assert read(value).text == text


@pytest.mark.parametrize("value", [None, "", [], {}, [[], {}, None, " "], {"a": None}])
def test_a_file_without_values_has_no_blocks(value: object) -> None:
    assert read(value).blocks == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_in_other_encodings_is_read(encoding: str) -> None:
    assert read_json('{"ä": "ö"}'.encode(encoding), "a.json", "id").text == "ä: ö"


def test_characters_that_no_file_can_hold_are_dropped() -> None:
    assert read_json(rb'{"a": "\ud800x\u0000"}', "a.json", "id").text == "a: x"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not valid JSON: Expecting value: line 1 column 1"),
        (b'{"a": 1', "not valid JSON: Expecting ',' delimiter: line 1 column 8"),
        (b'{"a": NaN}', "not valid JSON: NaN is no value of JSON"),
        (b'{"a": 1} x', "not valid JSON: Extra data"),
        (b'{"a": 1}\n{"a": 2\n', "not valid JSON: Extra data"),
        (b"[" * 100_000, "is nested too deep"),
        (b'{"a":' * 100_000, "is nested too deep"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.json: {reason}"):
        read_json(data, "a.json", "id")


def test_json_lines_by_another_name_are_read_as_that() -> None:
    document = read_json(b'{"a": 1}\n\n{"a": 2}\n', "a.json", "id")
    assert rows_of(document) == [(1, "lines", "a: 1"), (3, "lines", "a: 2")]


def test_a_record_has_the_number_of_its_line() -> None:
    document = read_lines('{"text": "A."}', "", '{"text": "B\u2028C."}', "  ")
    assert [row for row, _, _ in rows_of(document)] == [1, 3]
    assert document.notes == ()


def test_lines_that_are_not_json_are_left_out_and_noted() -> None:
    bad = ["[1", "bad", "[" * 100_000, "{", "}", "NaN", "'x'"]
    document = read_lines('{"a": 1}', *bad, '{"a": 9}')
    assert [row for row, _, _ in rows_of(document)] == [1, 9]
    (note,) = document.notes
    assert note.startswith("left out lines that are not JSON: 2, 3, 4, 5, 6 and 2 more (line 2: ")


def test_a_file_without_a_line_of_json_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^a\.jsonl: holds no record: .*\(line 1: Expecting"):
        read_lines("bad", "worse")


def test_records_that_go_on_over_lines_are_read_by_the_line_where_they_begin() -> None:
    document = read_lines("{", '"a": 1', "}", "{", '"a": 2', "}")
    assert rows_of(document) == [(1, "lines", "a: 1"), (4, "lines", "a: 2")]


def test_a_list_of_records_in_a_file_of_json_lines_is_read_as_the_list() -> None:
    document = read_lines("[", '{"a": 1},', '{"a": 2}', "]")
    assert [text for _, _, text in rows_of(document)] == ["a: 1", "a: 2"]


def test_names_that_every_line_repeats_may_not_fill_the_memory() -> None:
    value = {"x": {"k" * 100_000: [{"a": 1}, 2] * 1000}}
    with pytest.raises(DocumentError, match=r"makes more than .* split the file"):
        read(value)


@pytest.mark.skipif(not SUITE.is_dir(), reason="the shared data is not part of a clone")
def test_of_the_json_test_suite_what_is_valid_is_read_and_nothing_else() -> None:
    refused = {
        path.name
        for path in SUITE.iterdir()
        if assert_read_or_refused(read_json, path.read_bytes(), path.name)
    }
    decided = {path.name for path in SUITE.iterdir() if path.name[0] in "yn"}
    assert len(decided) > 250
    assert refused & decided == {name for name in decided if name[0] == "n"}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda within: (
        st.lists(within, max_size=5)
        | st.dictionaries(
            st.sampled_from(["text", "title", "date", "url", "a.b", "", "authors"])
            | st.text(max_size=3),
            within,
            max_size=5,
        )
    ),
)


@given(json_values, st.booleans())
def test_any_json_is_read(value: object, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")
    assert assert_read_or_refused(read_json, data, "a.json") == ""
    assert assert_read_or_refused(read_json_lines, data + b"\n" + data, "a.jsonl") == ""


@given(json_values, st.data())
def test_damaged_json_is_read_or_refused_by_name(value: object, data: st.DataObject) -> None:
    text = bytearray(json.dumps(value).encode())
    for place in data.draw(st.lists(st.integers(0, len(text) - 1), max_size=3)):
        text[place] = data.draw(st.integers(0, 255))
    assert_read_or_refused(read_json, bytes(text), "a.json")
    assert_read_or_refused(read_json_lines, bytes(text), "a.jsonl")
