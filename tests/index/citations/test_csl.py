"""Items of CSL-JSON that a processor of citation styles takes and renders."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from index import CslItem, Metadata, Source
from index.citations.csl import cite_in_csl
from index.types import Precision
from tests.index.citations.test_plain import FULL, PASSAGE


def item(metadata: Metadata) -> CslItem:
    return cite_in_csl(PASSAGE, Source("1f2e", "notes/harbour.md", metadata))


def test_an_item_holds_what_is_known_in_the_fields_of_the_schema() -> None:
    assert item(replace(FULL, language="en")) == {
        "id": "pincite-1f2e-120-260",
        "type": "webpage",
        "title": "The harbour",
        "author": [{"literal": "Ada Quill"}, {"literal": "Ben Orr"}],
        "publisher": "Coast Gazette",
        "issued": {"date-parts": [[1987, 3, 5]]},
        "URL": "https://example.org/harbour",
        "language": "en",
        "note": "after Old harbour, Coast Gazette, lines 7-9, characters 120-260",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert item(Metadata("Bare")) == {
        "id": "pincite-1f2e-120-260",
        "type": "document",
        "title": "Bare",
        "note": "lines 7-9, characters 120-260, notes/harbour.md",
    }


@pytest.mark.parametrize(
    ("precision", "parts"), [("year", [1987]), ("month", [1987, 3]), ("day", [1987, 3, 5])]
)
def test_a_date_is_no_closer_than_it_is_known(precision: Precision, parts: list[int]) -> None:
    found = item(replace(FULL, date=dt.date(1987, 3, 5), precision=precision))
    assert found["issued"] == {"date-parts": [parts]}


KNOWN = [FULL, replace(FULL, url=None, language="en"), Metadata("The harbour")]


@pytest.mark.parametrize("metadata", KNOWN)
def test_a_processor_of_styles_renders_an_item(metadata: Metadata) -> None:
    found = json.loads(json.dumps([item(metadata)]))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(found), formatter.plain)
    bibliography.register(Citation([CitationItem("pincite-1f2e-120-260")]))
    (line,) = bibliography.bibliography()
    assert "The harbour" in str(line)
    for name in metadata.authors:
        assert name in str(line)
    assert metadata.date is None or "1987" in str(line)
