from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Metadata, Span
from service.web.layout import Element, lay_out, lay_out_document

MARKUP = st.text(alphabet="#=-`~|*>1.) \t\r\naé😀") | st.text()
SPANS = st.lists(st.builds(Span, st.integers(0, 60), st.integers(0, 60)), max_size=3)
FILES = st.sampled_from(["a.md", "a.MARKDOWN", "a.txt", "a"])


def text_of(element: Element) -> str:
    return "".join(part.text for part in element.parts)


def shown(text: str, path: str = "a.md") -> list[tuple[str, str]]:
    return [(one.kind, text_of(one)) for one in lay_out(text, path) if one.kind != "gap"]


@given(MARKUP, FILES, SPANS)
def test_nothing_is_added_and_nothing_lost(text: str, path: str, spans: list[Span]) -> None:
    elements = lay_out(text, path, spans)
    parts = [part for element in elements for part in element.parts]
    assert "".join(part.text for part in parts) == text
    covered = [any(span.start <= at < span.end for span in spans) for at in range(len(text))]
    assert [part.marked for part in parts for _ in part.text] == covered
    assert all(text_of(one).isspace() for one in elements if one.kind == "gap")
    assert all(text_of(one).strip() for one in elements if one.kind != "gap")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n\ntwo", [("prose", "one"), ("prose", "two")]),
        ("one\r\n\r\ntwo\r\n", [("prose", "one"), ("prose", "two")]),
        ("one\ngoes on", [("prose", "one\ngoes on")]),
        ("# One\ntwo", [("heading", "# One"), ("prose", "two")]),
        ("two\n## One ##\n", [("prose", "two"), ("heading", "## One ##")]),
        ("#hashtag", [("prose", "#hashtag")]),
        ("####### seven", [("prose", "####### seven")]),
        ("One\n===\n\nTwo\n---\n", [("heading", "One\n==="), ("heading", "Two\n---")]),
        ("- one\n- two", [("lines", "- one\n- two")]),
        ("1. one\n2. two", [("lines", "1. one\n2. two")]),
        ("> said", [("lines", "> said")]),
        ("2020 was a year\n1999. Not a list", [("prose", "2020 was a year\n1999. Not a list")]),
        ("one\n- two", [("prose", "one"), ("lines", "- two")]),
        ("    code\n\n***\n", [("code", "    code"), ("lines", "***")]),
        ("<p>\none\n</p>", [("lines", "<p>\none\n</p>")]),
        ("a [b]\n\n[b]: /c\n\nd", [("prose", "a [b]"), ("lines", "[b]: /c"), ("prose", "d")]),
        ("| a | b |\n|---|---|\n", [("code", "| a | b |\n|---|---|")]),
        ("a | b\n--- | ---\n", [("code", "a | b\n--- | ---")]),
        ("```\n# no\n\nx\n```\nend", [("code", "```\n# no\n\nx\n```"), ("prose", "end")]),
        ("~~~ py\nx", [("code", "~~~ py\nx")]),
        ("```inline``` code\n\nmore", [("prose", "```inline``` code"), ("prose", "more")]),
        ("", []),
        (" \n\t\n", []),
    ],
)  # fmt: skip
def test_markdown_is_laid_out_by_its_marks(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(text) == expected


def test_other_files_keep_their_lines_and_have_no_marks() -> None:
    text = "# One\n  two\n\n- three"
    assert shown(text, "a.txt") == [("lines", "# One\n  two"), ("lines", "- three")]


@pytest.mark.parametrize(
    ("text", "level", "signs"),
    [
        ("### Deep", 3, ["### "]),
        ("  #\tOne", 1, ["  #\t"]),
        ("##", 2, ["##"]),
        ("One\n===", 1, ["\n==="]),
        ("Two\n --- ", 2, ["\n ---"]),
        ("Two\r\n---", 2, ["\r\n---"]),
    ],
)
def test_a_heading_is_parted_from_its_marks(text: str, level: int, signs: list[str]) -> None:
    element, *gaps = lay_out(text, "a.md")
    assert all(gap.kind == "gap" for gap in gaps)
    assert (element.kind, element.level) == ("heading", level)
    assert [part.text for part in element.parts if part.sign] == signs


def test_an_element_knows_that_it_is_marked() -> None:
    elements = lay_out("one\n\ntwo", "a.md", [Span(2, 5)])
    assert [(one.kind, one.marked) for one in elements] == [
        ("prose", True),
        ("gap", True),
        ("prose", False),
    ]


@pytest.mark.parametrize(
    ("passage", "first", "marked"),
    [
        (Span(10, 13), "two", "two"),
        (Span(0, 0), "two", ""),
        (Span(4, 5), "---\na\n---", "a"),
    ],
)
def test_a_document_begins_after_its_front_matter(passage: Span, first: str, marked: str) -> None:
    document = Document("i", "a.txt", "---\na\n---\ntwo\n", Metadata("a"), body=10)
    elements = lay_out_document(document, passage)
    assert text_of(elements[0]).startswith(first)
    parts = [part for element in elements for part in element.parts]
    assert "".join(part.text for part in parts if part.marked) == marked


def test_a_long_line_of_blanks_takes_no_time() -> None:
    for path in ("a.md", "a.txt"):
        assert lay_out("x\n" + " " * 200_000 + "\n" + "`" * 50_000, path)


LONG = 3_000_000


@pytest.mark.parametrize("path", ["a.md", "a.txt"])
@pytest.mark.parametrize("text", ["word ", "word\n", "\n", " "])
def test_a_long_text_is_laid_out_in_short_steps(text: str, path: str) -> None:
    whole = text * (LONG // len(text))
    elements = lay_out(whole, path)
    assert "".join(map(text_of, elements)) == whole
    assert all(len(text_of(one)) < LONG / 4 for one in elements if one.kind != "gap")
