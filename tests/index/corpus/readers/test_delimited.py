from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, DocumentError
from index.corpus.readers.assembly import _MOST
from index.corpus.readers.delimited import read_csv, read_tsv
from tests.index.corpus.readers.blocks import assert_read_or_refused


def read(data: str | bytes) -> Document:
    return read_csv(data.encode() if isinstance(data, str) else data, "deep/some-table.csv", "id")


def texts_of(document: Document) -> dict[int | None, str]:
    return {
        block.location.row: document.text[block.span.start : block.span.end]
        for block in document.blocks
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
def test_the_delimiter_is_told_from_the_rows(delimiter: str, line_end: str) -> None:
    rows = [["Name", "Share", "Note"], ["Al", "1.5", "one, two"], ["Bo", "2.5", "three"]]
    lines = [delimiter.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    document = read(line_end.join(lines))
    assert texts_of(document)[2] == "Name: Al\nShare: 1.5\nNote: one, two"


def test_decimal_commas_are_no_delimiter() -> None:
    assert texts_of(read("x;y\n1,5;2,5\n3,5;4,5\n"))[2] == "x: 1,5\ny: 2,5"


def test_a_delimiter_that_the_file_states_is_taken() -> None:
    assert texts_of(read("sep=;\r\na,b;c,d\r\ne,f;g,h\r\n")) == {2: "a,b: e,f\nc,d: g,h"}


def test_values_of_tsv_are_parted_by_tabs_alone() -> None:
    document = read_tsv(b"a,b\tc\n1,2\t3\n", "a.tsv", "id")
    assert texts_of(document) == {2: "a,b: 1,2\nc: 3"}


def test_a_quoted_value_may_hold_delimiters_quotes_and_lines() -> None:
    text = 'Name,Note\nAl,"one, ""two""\nthree"\nBo,four\n'
    assert texts_of(read(text)) == {
        2: 'Name: Al\nNote: one, "two"\nthree',
        3: "Name: Bo\nNote: four",
    }


def test_rows_are_counted_as_a_spreadsheet_program_counts_them() -> None:
    assert list(texts_of(read('a,b\n\n1,"x\ny"\n\n\n2,z\n'))) == [3, 6]


def test_ragged_rows_keep_every_cell() -> None:
    assert texts_of(read("a,b\n1\n1,2,3,4\n")) == {2: "a: 1", 3: "a: 1\nb: 2\n3\n4"}


def test_the_title_is_the_name_of_the_file() -> None:
    assert read("a,b\n1,2").metadata.title == "some-table"


def test_values_in_other_encodings_are_read() -> None:
    assert texts_of(read("名前,年齢\n佐藤太郎,30\n".encode("cp932"))) == {
        2: "名前: 佐藤太郎\n年齢: 30"
    }


@pytest.mark.parametrize("data", ["", "\n\n", ",,,\n,\n", '""'])
def test_a_file_without_values_has_no_blocks(data: str) -> None:
    assert read(data).blocks == ()


def test_a_cell_may_be_of_any_length() -> None:
    assert "x" * 200_000 in read("a,b\n1," + "x" * 200_000).text


def test_a_row_may_have_any_number_of_columns() -> None:
    header = ",".join(f"c{column}" for column in range(20_000))
    document = read(f"{header}\n{header.replace('c', 'v')}\n")
    assert document.text.endswith("\nc19999: v19999")


def test_names_that_every_row_repeats_may_not_fill_the_memory() -> None:
    wide = ",".join(["n" * 200] * 1000)
    rows = f"{','.join('1' * 1000)}\n" * (_MOST // 200_000 + 1)
    with pytest.raises(DocumentError, match=r"some-table\.csv: makes more than .* split the file"):
        read(f"{wide}\n{rows}")


cells = st.sampled_from(["a", "1", '"', '""', ",", ";", "\t", "\n", "\r\n", " ", "sep=;\n", "\0"])


@given(
    st.lists(cells | st.text(max_size=5), max_size=30).map(lambda parts: "".join(parts).encode())
)
def test_any_text_becomes_rows_or_is_refused_by_name(data: bytes) -> None:
    assert_read_or_refused(read_csv, data, "a.csv")
    assert_read_or_refused(read_tsv, data, "a.tsv")


@given(st.binary(max_size=200))
def test_any_bytes_become_rows_or_are_refused_by_name(data: bytes) -> None:
    assert_read_or_refused(read_csv, data, "a.csv")


def test_a_quote_that_is_never_closed_costs_no_row() -> None:
    assert texts_of(read('Name,Note\nAl,"one\nBo,two\nCy,three\n')) == {
        2: 'Name: Al\nNote: "one',
        3: "Name: Bo\nNote: two",
        4: "Name: Cy\nNote: three",
    }
