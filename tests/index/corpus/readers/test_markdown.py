from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, DocumentError
from index.corpus.readers.markdown import read_markdown
from index.ingest.passages import Splitter, split_document
from tests.fakes import count_calls, count_words
from tests.index.corpus.readers.blocks import texts_of

HEAD = "---\ntitle: T\ndate: 2020-02-14\n---\n"


def read(data: str | bytes, path: str = "some-note.md") -> Document:
    return read_markdown(data.encode() if isinstance(data, str) else data, path, "id")


def blocks_of(document: Document) -> list[tuple[str, str, tuple[str, ...]]]:
    text = document.text
    return [
        (one.kind, text[one.span.start : one.span.end].strip(), one.headings)
        for one in document.blocks
    ]


def test_text_is_the_whole_file_and_body_is_where_front_matter_ends() -> None:
    document = read(HEAD + "Words.\n")
    assert document.text == HEAD + "Words.\n"
    assert document.text[document.body :] == "Words.\n"
    assert document.metadata.title == "T"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte-order-mark"])
def test_line_ends_and_byte_order_marks_change_nothing_else(line_end: str, mark: str) -> None:
    plain = HEAD + "\n# One\n\nFirst words.\n\n## Two\n\nMore words.\n"
    document = read(mark + plain.replace("\n", line_end))
    assert document.metadata == read(plain).metadata
    assert blocks_of(document) == blocks_of(read(plain))
    assert document.text[document.body :].strip().startswith("# One")


def test_front_matter_is_in_no_block() -> None:
    assert blocks_of(read(HEAD + "Words.")) == [("prose", "Words.", ())]


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    document = read("Intro.\n\n## The *real* title\n\nText.")
    assert (document.metadata.title, document.body) == ("The *real* title", 0)


def test_front_matter_without_a_title_leaves_it_to_the_first_heading() -> None:
    assert read("---\ndate: 2020-02-14\n---\n# The title\n").metadata.title == "The title"


@pytest.mark.parametrize("text", ["", "Words only.\n", "#\n\nAn empty heading.\n"])
def test_without_front_matter_or_heading_the_name_of_the_file_is_the_title(text: str) -> None:
    assert read(text, "deep/some-note.md").metadata.title == "some-note"


@pytest.mark.parametrize("text", ["", "\n\n", HEAD, HEAD.rstrip(), HEAD + "\n \n", "---\n---\n"])
def test_a_file_without_prose_has_no_blocks(text: str) -> None:
    assert read(text).blocks == ()


def test_front_matter_may_be_closed_by_dots() -> None:
    document = read("---\ntitle: T\n...\nWords.")
    assert (document.metadata.title, document.text[document.body :]) == ("T", "Words.")


def test_dashes_that_are_never_closed_are_no_front_matter() -> None:
    document = read("---\ntitle: T\n\nWords.\n")
    assert document.metadata.title == "some-note"
    assert "Words." in [text for _, text, _ in blocks_of(document)]


@pytest.mark.parametrize(
    ("head", "title", "note"),
    [
        ("title: [", "Heading", "is not valid YAML"),
        ("title: T\ndate: next week", "T", "key date holds 'next week'"),
        ("title: T\ndate: 04/05/2020", "T", "can be read two ways"),
        ("url: {a: b}\ntitle: T\ntags: {a: b}", "T", "key url"),
    ],
)
def test_wrong_front_matter_costs_only_itself_and_is_noted(
    head: str, title: str, note: str
) -> None:
    document = read(f"---\n{head}\n---\n# Heading\n\nWords.\n")
    assert document.metadata.title == title
    assert note in document.notes[0]
    assert texts_of(document) == ["# Heading\n", "Words.\n"]


def test_a_value_with_a_colon_in_it_costs_nothing() -> None:
    document = read("---\ntitle: Oak: a history\ndate: 2020-02-14\ntags:\n- a\n---\nWords.\n")
    assert document.metadata.title == "Oak: a history"
    assert document.metadata.date == dt.date(2020, 2, 14)
    assert document.metadata.tags == ("a",)
    assert document.notes == ()


def test_what_is_no_yaml_costs_its_own_key_and_is_noted() -> None:
    document = read("---\ntitle: Oak\nauthors: [Ann\ndate: 2020-02-14\n---\nWords.\n")
    assert (document.metadata.title, document.metadata.authors) == ("Oak", ())
    assert document.metadata.date == dt.date(2020, 2, 14)
    assert document.notes == (
        "left out of the front matter, which is not valid YAML: authors: [Ann",
    )


def test_a_sentence_with_two_colons_between_rules_is_text() -> None:
    document = read("---\nNote: the north stair: it is closed.\n---\nWords.\n")
    assert "closed" in "".join(texts_of(document))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Open.\n\n<div style='display: none'>\n\nCode 4471.\n\n</div>\n\nShut.\n", "Open.Shut."),
        ("Open <span hidden>4471</span>now.\n", "Open now."),
        ("<p title='hidden'>Seen.</p>\n", "<p title='hidden'>Seen.</p>"),
        ("`<b hidden>` is no text.\n", "`<b hidden>` is no text."),
        ("```\n<b hidden>x</b>\n```\n", "```\n<b hidden>x</b>\n```"),
    ],
)
def test_html_that_hides_itself_is_left_out_and_reported(text: str, seen: str) -> None:
    document = read(text)
    assert "".join(texts_of(document)).replace("\n", "") == seen.replace("\n", "")
    hides = "4471" in text
    assert document.notes == (("left out hidden elements with text: 1",) if hides else ())


def test_a_date_in_front_matter_may_be_written_in_words() -> None:
    document = read("---\ndate: 14 février 2020\n---\nWords.\n")
    assert (document.metadata.date, document.notes) == (dt.date(2020, 2, 14), ())


@pytest.mark.parametrize("value", ["{{title}}", "{{ page.title }} | site", "{% now %}"])
def test_an_expression_of_a_template_is_text(value: str) -> None:
    document = read(f"---\ntitle: {value}\ndraft: no\n---\nWords.\n")
    assert (document.metadata.title, document.notes) == (value, ())


@pytest.mark.parametrize(
    "text",
    [
        "---\nWarning: the stair is closed until Easter.\n---\n\nUse the south stair.\n",
        "---\n\nThe cellar key hangs by the stove.\n\n---\n\nThe attic key by the door.\n",
        "+++\nNot TOML at all\n+++\n",
        '{\n "a" is no JSON }\n',
    ],
)
def test_a_text_that_begins_with_a_rule_is_read_whole(text: str) -> None:
    document = read(text)
    assert document.body == 0
    read_words = " ".join(texts_of(document)).split()
    assert [word for word in text.split() if word[0].isalpha()] == [
        word for word in read_words if word[0].isalpha()
    ]


@pytest.mark.parametrize(
    "head",
    [
        '+++\ntitle = "T"\ndate = 2020-02-14T10:00:00Z\ntags = ["a"]\n+++\n',
        '{\n "title": "T",\n "date": "2020-02-14",\n "tags": ["a"]\n}\n',
    ],
    ids=["toml", "json"],
)
def test_front_matter_may_be_toml_or_json(head: str) -> None:
    document = read(f"{head}\nWords.\n")
    metadata = document.metadata
    assert (metadata.title, metadata.date, metadata.tags) == ("T", dt.date(2020, 2, 14), ("a",))
    assert texts_of(document) == ["Words.\n"]


def test_comments_are_left_out_and_reported_but_not_in_code() -> None:
    text = "One <!-- a --> two.\n\n<!-- all\n\nof it -->\n\n```\n<!-- code -->\n```\n"
    document = read(text)
    assert [one.strip() for one in texts_of(document)] == [
        *("One", "two.", "```\n<!-- code -->\n```"),
    ]
    assert document.notes == ("left out comments: 2",)
    for passage in split_document(document, count_words, Splitter()):
        assert "of it" not in passage.text
        assert " a " not in passage.text


def test_headings_are_the_path_of_what_stands_below_them() -> None:
    text = "Zero.\n\n# A\n\nOne.\n\n### C\n\nTwo.\n\n## B\n\nThree.\n\nD\n=\n\nFour.\n"
    paths = {text: path for kind, text, path in blocks_of(read(text)) if kind == "prose"}
    assert paths == {
        "Zero.": (),
        "One.": ("A",),
        "Two.": ("A", "C"),
        "Three.": ("A", "B"),
        "Four.": ("D",),
    }


def test_a_heading_stands_in_its_own_path() -> None:
    assert blocks_of(read("# A\n\n## B\n")) == [
        ("heading", "# A", ("A",)),
        ("heading", "## B", ("A", "B")),
    ]


@pytest.mark.parametrize(
    "block",
    [
        "```python\nx = 1\n\n\n# not a heading\ny = 2. Z = 3.\n```",
        "~~~\nunclosed",
        "    indented = code\n\n    more",
        "| a | b |\n|---|---|\n| One. Two. | 3 |",
        "<table>\n<tr><td>One. Two.</td></tr>\n</table>",
    ],
)
def test_code_and_tables_are_one_block_of_lines(block: str) -> None:
    found = [(kind, text) for kind, text, _ in blocks_of(read(f"Before.\n\n{block}\n"))]
    assert found == [("prose", "Before."), ("lines", block.strip())]


@pytest.mark.parametrize("block", ["- one\n- two\n\n  more\n- three", "> said\n> so", "1. a\n2. b"])
def test_lists_and_quotations_are_one_block_of_prose(block: str) -> None:
    assert [(kind, text) for kind, text, _ in blocks_of(read(block))] == [("prose", block)]


def test_code_and_tables_within_lists_and_quotations_are_blocks_of_lines() -> None:
    code = "  ```py\n  x = 1. y = 2.\n\n  z = 3\n  ```"
    items = f"- one\n\n{code}\n\n  more\n- ~~~\n  w = 4\n  ~~~\n"
    text = f"{items}\n> said\n>\n> | a |\n> |---|\n> | b |\n"
    assert [(kind, text) for kind, text, _ in blocks_of(read(text))] == [
        ("prose", "- one"),
        ("lines", code.strip()),
        ("prose", "more"),
        ("lines", "- ~~~\n  w = 4\n  ~~~"),
        ("prose", "> said\n>"),
        ("lines", "> | a |\n> |---|\n> | b |"),
    ]


fragments = st.sampled_from(
    [
        "---\n",
        "# H\n",
        "> q\n",
        "- i\n",
        "```\n",
        "- ```\n",
        "  ",
        "| a |\n|--|\n",
        "\n",
        "\r\n",
        "\r",
        "...",
        "=\n",
        "\t",
        "<p>",
    ]
)


@given(st.lists(fragments | st.text(max_size=8), max_size=12).map("".join))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        document = read(text)
    except DocumentError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert refusal.startswith("some-note.md: ")
        return
    covered = ["x" if char.isspace() else " " for char in document.text]
    for block in document.blocks:
        for place in range(block.span.start, block.span.end):
            assert covered[place] in "x ", "two blocks overlap"
            covered[place] = "x"
    if not re.search(r"\[[^\]]+\]:", document.text):  # link definitions are no prose
        assert "x" * (len(covered) - document.body) == "".join(covered[document.body :])


def test_markdown_nested_without_end_is_read_in_good_time() -> None:
    assert read(">" * 5000 + " deep").blocks


def test_markdown_with_many_headings_takes_work_that_grows_with_its_length_alone() -> None:
    section = "# H\n\nWords.\n\n"
    few, many = count_calls(lambda: read(section * 50)), count_calls(lambda: read(section * 400))
    assert many < 12 * few  # 8 times the text; the square would be 64


def test_a_sentence_above_a_rule_is_no_heading() -> None:
    warning = "Warning: the stair is closed until Easter.\n---"
    document = read(f"---\n{warning}\n\nA title\n---\n\nWords.\n")
    assert [(kind, text) for kind, text, _ in blocks_of(document)][1:] == [
        ("prose", warning),
        ("heading", "A title\n---"),
        ("prose", "Words."),
    ]
