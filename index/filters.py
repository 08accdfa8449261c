"""Which sources are searched: conditions on what is known of them, and how these combine.

A key is a field of Metadata by its name there (`publisher`, `authors`, `tags`, `date` ...), `path`,
`document_id`, or any other key that a document, or a file beside it, gives. A key may have several
values; a condition holds of a source as soon as one of them passes, and of none that lacks the key.
How texts and numbers compare is said in index.attributes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# A number equals what reads as that number; a text equals a text.
Value = str | float


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of the key equals one of `values`; equality is a list of one."""

    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """One value of the key lies within every bound that is given.

    A number bounds numbers alone. A text bounds texts, by code point, so that ISO dates go by
    time; where the bound and a value both read as numbers, they compare as numbers.
    """

    key: str
    gte: Value | None = None
    gt: Value | None = None
    lte: Value | None = None
    lt: Value | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """A value of the key begins with `start`; with the empty text, the key has a value."""

    key: str
    start: str


@dataclass(frozen=True, slots=True)
class Suffix:
    """A value of the key ends with `end`."""

    key: str
    end: str


@dataclass(frozen=True, slots=True)
class Contains:
    """`part` stands in a value of the key."""

    key: str
    part: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part passes; without parts, everything does."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A part passes; without parts, nothing does."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not pass."""

    part: Filter


Condition = OneOf | Range | Prefix | Suffix | Contains
Filter = Condition | AllOf | AnyOf | Not


def dated(since: dt.date | None, until: dt.date | None) -> Range:
    """Return the filter for sources dated from the one day to the other, both included."""
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
