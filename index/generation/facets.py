"""What a corpus can be narrowed by: its publishers, its tags, and the days it is dated."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from index.attributes import comparable
from index.generation.engine import Shelf
from index.types import Metadata


@dataclass(frozen=True, slots=True)
class Choice:
    """A value as a document writes it, and how many documents have it."""

    value: str
    documents: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The commonest publishers and tags, and the first and the last day of any document."""

    publishers: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    days: tuple[dt.date, dt.date] | None


def read_facets(catalog: Shelf, most: int) -> Facets:
    """Return what the documents of a catalog can be narrowed by, up to `most` choices of each."""
    days = catalog.bounds("date")
    return Facets(
        publishers=_choices(catalog, "publisher", most),
        tags=_choices(catalog, "tags", most),
        days=(dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[1])) if days else None,
    )


def _choices(catalog: Shelf, key: str, most: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(_written(key, text, metadata), documents)
        for text, documents, metadata in catalog.values(key, most)
    )


def _written(key: str, text: str, metadata: Metadata) -> str:
    """Return a comparable text as the metadata that it was taken from write it."""
    values = metadata.tags if key == "tags" else (metadata.publisher or "",)
    return next(value for value in values if comparable(key, value) == text)
