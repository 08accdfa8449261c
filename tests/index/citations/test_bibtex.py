"""Entries that parsers of BibTeX read back as what they were made from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from index import Metadata, Passage, Source
from index.citations.bibtex import cite_in_bibtex
from index.types import Precision
from tests.index.citations.test_plain import FULL, PASSAGE


def entry(metadata: Metadata, passage: Passage = PASSAGE) -> Entry:
    library = parse_string(cite_in_bibtex(passage, Source("1f2e", "notes/harbour.md", metadata)))
    assert library.failed_blocks == []
    (found,) = library.entries
    return found


def fields(metadata: Metadata, passage: Passage = PASSAGE) -> dict[str, str]:
    return {field.key: str(field.value) for field in entry(metadata, passage).fields}


def plain(value: str) -> str:
    """Read LaTeX as text; the library knows braces and the circumflex by other names alone."""
    for name, brace in (("left", r"\{"), ("right", r"\}")):
        value = value.replace(rf"\textbrace{name}{{}}", brace)
    return str(LatexNodes2Text().latex_to_text(value)).replace("ˆ", "^")


def test_an_entry_says_what_is_known_and_where_the_passage_stands() -> None:
    found = cite_in_bibtex(PASSAGE, Source("1f2e", "notes/harbour.md", FULL))
    assert found == (
        "@misc{pincite-1f2e-120-260,\n"
        "  author = {Ada Quill and Ben Orr},\n"
        "  title = {{The harbour}},\n"
        "  howpublished = {Coast Gazette},\n"
        "  year = {1987},\n"
        "  month = mar,\n"
        "  day = {5},\n"
        "  url = {https://example.org/harbour},\n"
        "  note = {after Old harbour, Coast Gazette, lines 7-9, characters 120-260}\n"
        "}"
    )
    assert entry(FULL).key == "pincite-1f2e-120-260"


@pytest.mark.parametrize(
    ("precision", "known"),
    [("year", {"year"}), ("month", {"year", "month"}), ("day", {"year", "month", "day"})],
)
def test_a_date_is_no_closer_than_it_is_known(precision: Precision, known: set[str]) -> None:
    found = fields(replace(FULL, date=dt.date(1987, 1, 1), precision=precision))
    assert {"year", "month", "day"} & found.keys() == known


def test_what_is_not_known_is_left_out() -> None:
    assert fields(Metadata("Bare")).keys() == {"title", "note"}
    assert "notes/harbour.md" in fields(Metadata("Bare"))["note"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Quill", "Ada Quill"),
        ("Quill, Ada", "Quill, Ada"),
        ("Arthur and Sons", "{Arthur and Sons}"),
        ("Arthur AND Sons", "{Arthur AND Sons}"),
        ("A, B, C, D", "{A, B, C, D}"),
        ("Anders Sand", "Anders Sand"),
        ("Smith & Sons", r"Smith \& Sons"),
    ],
)
def test_a_name_stays_one_name(name: str, written: str) -> None:
    found = fields(replace(FULL, authors=(name, "Ben Orr")))
    assert found["author"] == f"{written} and Ben Orr"


@given(
    st.lists(st.sampled_from([*'\\{}%$#_&~^@"=,', "word", " ", "é", "海", "\n"]), min_size=1).map(
        "".join
    )
)
def test_any_title_is_read_back_as_it_was(title: str) -> None:
    found = fields(replace(FULL, title=f"a{title}b"))["title"]
    assert plain(found.removeprefix("{").removesuffix("}")) == " ".join(f"a{title}b".split())


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://e.org/a_b?c=1&d=%20#x~y", "https://e.org/a_b?c=1&d=%20#x~y"),
        ("https://e.org/{a}\\b c", "https://e.org/%7Ba%7D%5Cb%20c"),
        ("https://e.org/ü", "https://e.org/%C3%BC"),
    ],
)
def test_an_address_is_written_as_it_is_or_encoded(url: str, written: str) -> None:
    assert fields(replace(FULL, url=url))["url"] == written
