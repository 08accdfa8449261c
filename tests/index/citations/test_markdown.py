"""Citations in Markdown that render as the plain one."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index import Metadata, Source, Span, cite, escape_markdown
from index.citations.markdown import cite_in_markdown
from tests.index.citations.test_plain import FULL, PASSAGE


def rendered(metadata: Metadata) -> ElementTree.Element:
    """Render a citation and return its paragraph, once it is sure to be one."""
    text = cite_in_markdown(PASSAGE, Source("id", "notes/harbour.md", metadata))
    assert len(text.splitlines()) == 1
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    paragraph = ElementTree.fromstring(html)
    assert paragraph.tag == "p", html
    return paragraph


def test_the_title_links_to_the_source() -> None:
    assert cite_in_markdown(PASSAGE, Source("id", "notes/harbour.md", FULL)) == (
        "Ada Quill, Ben Orr, [“The harbour”](https://example.org/harbour), Coast Gazette, "
        "1987-03-05, after Old harbour, Coast Gazette, lines 7-9, characters 120-260"
    )


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "urn:isbn:1", "../a.md"])
def test_only_a_web_address_is_linked(url: str | None) -> None:
    paragraph = rendered(replace(FULL, url=url))
    assert paragraph.find("a") is None


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://e.org/a(b)c", "https://e.org/a%28b%29c"),
        ("https://e.org/?a=1&copy=2&amp;d", "https://e.org/?a=1&copy=2&amp;d"),
        ("https://e.org/<x>\\y z", "https://e.org/%3Cx%3E%5Cy%20z"),
        ("https://e.org/*a*_b_", "https://e.org/*a*_b_"),
    ],
)
def test_the_link_leads_to_the_address(url: str, href: str) -> None:
    link = rendered(replace(FULL, url=url)).find("a")
    assert link is not None
    assert link.get("href") == href


marks = st.lists(
    st.sampled_from([*"\\`*_[]<>&~|#$!()-+=.:1", "&amp;", "word", " ", "海"]), min_size=1
).map(lambda parts: " ".join(["".join(parts).strip() or "x"]))


@given(marks, marks)
def test_whatever_the_metadata_hold_reads_as_in_the_plain_citation(title: str, author: str) -> None:
    known = replace(FULL, title=title, authors=(author,))
    shown = "".join(rendered(known).itertext())
    assert f"{shown}, {FULL.url}" == cite(PASSAGE, Source("id", "notes/harbour.md", known))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("It was 10 July 2015.", "10 July 2015", "It was **10 July 2015**."),
        ("Zhang Ming  was\nit.", "Zhang Ming", "**Zhang Ming** was it."),
        ("the *Ming* dynasty", "*Ming*", r"the **\*Ming\*** dynasty"),
        ("un(in)tended", "(in)", "un(in)tended"),
        ("- 2 of them", "2", r"\- **2** of them"),
    ],
)
def test_a_span_is_bold_where_markdown_can_mark_it(text: str, words: str, expected: str) -> None:
    at = text.index(words)
    assert escape_markdown(text, Span(at, at + len(words))) == expected
