"""Filters: conditions on the metadata of a source, and their combinations.

A key is the name of a field of Metadata (`publisher`, `authors`, `tags`, `date` ...), `path`,
`document_id`, or any other key that a document, or a metadata file beside it, states. A key may
have several values: a source passes a condition if one value passes. A source without the key
passes no condition. index.attributes says how texts and numbers compare.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# A number equals the texts that have its value; a text equals the same text.
Value = str | float


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of the key equals one of `values`; equality is a list of one."""

    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """One value of the key lies within all bounds that are given.

    A number bounds only numbers. A text bounds texts by code point, which puts ISO dates in order
    of time; where bound and value are both numbers written as text, they compare as numbers.
    """

    key: str
    gte: Value | None = None
    gt: Value | None = None
    lte: Value | None = None
    lt: Value | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """A value of the key begins with `start`; the empty text passes every source with the key."""

    key: str
    start: str


@dataclass(frozen=True, slots=True)
class Suffix:
    """A value of the key ends with `end`."""

    key: str
    end: str


@dataclass(frozen=True, slots=True)
class Contains:
    """A value of the key contains `part`."""

    key: str
    part: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts pass; without parts, every source passes."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part passes; without parts, no source passes."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not pass."""

    part: Filter


Condition = OneOf | Range | Prefix | Suffix | Contains
Filter = Condition | AllOf | AnyOf | Not


def dated(since: dt.date | None, until: dt.date | None) -> Range:
    """Return the filter for sources dated from `since` to `until`, both days included."""
    return Range(
        "date",
        gte=since.isoformat() if since else None,
        lte=until.isoformat() if until else None,
    )


def in_language(tag: str) -> AnyOf:
    """Return the filter for a language and its regional forms: `en` passes en and en-GB.

    This is basic filtering of language tags, RFC 4647, section 3.3.1.
    """
    return AnyOf((OneOf("language", (tag,)), Prefix("language", f"{tag}-")))
