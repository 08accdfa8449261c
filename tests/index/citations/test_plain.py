from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from index import Metadata, Passage, Source, cite
from index.types import Location

FULL = Metadata(
    title="The harbour",
    publisher="Coast Gazette",
    authors=("Ada Quill", "Ben Orr"),
    date=dt.date(1987, 3, 5),
    url="https://example.org/harbour",
    source="Old harbour, Coast Gazette",
)
PASSAGE = Passage("id", 120, 260, "Words.", (7, 9))


def citation(metadata: Metadata = FULL, passage: Passage = PASSAGE) -> str:
    return cite(passage, Source("id", "notes/harbour.md", metadata))


def test_a_citation_says_who_wrote_what_where_and_when_and_in_which_characters() -> None:
    assert citation() == (
        "Ada Quill, Ben Orr, “The harbour”, Coast Gazette, 1987-03-05, "
        "after Old harbour, Coast Gazette, lines 7-9, characters 120-260, "
        "https://example.org/harbour"
    )


def test_what_is_not_known_is_left_out_and_the_path_stands_in_for_the_address() -> None:
    assert citation(Metadata("Bare")) == "“Bare”, lines 7-9, characters 120-260, notes/harbour.md"


def test_a_page_is_named_and_one_line_is_one_line() -> None:
    found = citation(passage=replace(PASSAGE, location=Location(page=12), lines=(7, 7)))
    assert ", p. 12, line 7, characters 120-260" in found


def test_a_slide_a_sheet_with_its_row_and_a_part_are_named() -> None:
    assert ", slide 3, line" in citation(passage=replace(PASSAGE, location=Location(slide=3)))
    cell = replace(PASSAGE, location=Location(sheet="Costs", row=12))
    assert ", sheet Costs, row 12, line" in citation(passage=cell)
    assert ", part 2, line" in citation(passage=replace(PASSAGE, location=Location(part="2")))


@pytest.mark.parametrize("space", ["\n", "\r\n", "\t", "\u2028", "\x85", "  "])
def test_a_citation_is_one_line_whatever_the_metadata_hold(space: str) -> None:
    found = citation(replace(FULL, title=f"The{space}harbour", publisher=f"Coast{space}Gazette"))
    assert found == citation()


def test_a_title_or_date_that_no_field_states_says_where_it_comes_from() -> None:
    own = replace(FULL, origins=(("title", "metadata"), ("date", "stated")))
    assert citation(own) == citation()
    both = replace(FULL, origins=(("title", "first lines"), ("date", "first lines")))
    assert ", 1987-03-05, title and date from its first lines, after Old harbour" in citation(both)
    one = replace(FULL, origins=(("title", "file name"), ("date", "first lines")))
    assert ", date from its first lines, title from its file name, after Old" in citation(one)
