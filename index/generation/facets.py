"""Facets: the publishers, tags and dates by which a search can be narrowed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from index.attributes import comparable
from index.generation.engine import DocumentCatalog
from index.types import Metadata


@dataclass(frozen=True, slots=True)
class Choice:
    """A value as a document writes it, and the number of documents that have it."""

    value: str
    documents: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The commonest publishers and tags, and the earliest and latest date of the documents."""

    publishers: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    days: tuple[dt.date, dt.date] | None


def read_facets(catalog: DocumentCatalog, most: int) -> Facets:
    """Return the facets of a catalog, with up to `most` publishers and tags."""
    days = catalog.bounds("date")
    return Facets(
        publishers=_choices(catalog, "publisher", most),
        tags=_choices(catalog, "tags", most),
        days=(dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[1])) if days else None,
    )


def _choices(catalog: DocumentCatalog, key: str, most: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(_written(key, text, metadata), documents)
        for text, documents, metadata in catalog.values(key, most)
    )


def _written(key: str, text: str, metadata: Metadata) -> str:
    """Return a comparable text as it is written in the metadata that it was taken from."""
    values = metadata.tags if key == "tags" else (metadata.publisher or "",)
    return next(value for value in values if comparable(key, value) == text)
