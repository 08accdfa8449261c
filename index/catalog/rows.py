"""Rows of the catalog: the columns of a source, a document and a passage, and their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter

from index.types import Document, Location, Metadata, Passage, Source, Span

SOURCE = "documents.id, path, metadata, copies, stale"
DOCUMENT = "documents.id, path, metadata, body, pages, blank_pages, scanned_pages, notes"
PASSAGE = (
    "documents.id, start, end, passages.text, first_line, last_line, headings, "
    "page, slide, sheet, row, part, sentences, sections, language"
)
WIDTH = PASSAGE.count(",") + 1  # columns of PASSAGE
METADATA = TypeAdapter(Metadata)  # stored as JSON


def to_source(row: Sequence[Any]) -> Source:
    """Return the columns of SOURCE as a source."""
    identity, path, metadata, copies, stale = row
    known = METADATA.validate_json(metadata)
    return Source(identity, path, known, tuple(orjson.loads(copies)), bool(stale))


def to_document(row: Sequence[Any]) -> Document:
    """Return the columns of DOCUMENT, optionally followed by the text, as a document."""
    identity, path, metadata, body, pages, blank, scanned, notes, *text = row
    return Document(
        id=identity,
        path=path,
        text=text[0] if text else "",
        metadata=METADATA.validate_json(metadata),
        body=body,
        pages=pages,
        blank_pages=tuple(orjson.loads(blank)),
        scanned_pages=tuple(orjson.loads(scanned)),
        notes=tuple(orjson.loads(notes)),
    )


def to_passage(row: Sequence[Any]) -> Passage:
    """Return the columns of PASSAGE as a passage."""
    identity, start, end, text, first, last, headings, *location, sentences, sections, language = (
        row
    )
    return Passage(
        document_id=identity,
        start=start,
        end=end,
        text=text,
        lines=(first, last),
        headings=tuple(orjson.loads(headings)),
        location=Location(*location),
        sentences=tuple([Span(*pair) for pair in orjson.loads(sentences)]),
        sections=tuple([(first, tuple(path)) for first, path in orjson.loads(sections)]),
        language=language,
    )
