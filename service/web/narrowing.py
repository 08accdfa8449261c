"""What the form offers to narrow a search: only what the corpus can be narrowed by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from index import Choice, Facets

MOST_CHOICES = 12
# Arguments that the form has no field for, and what a box that keeps one is called.
_OTHERS = {
    "author": "Author",
    "language": "Language",
    "path": "Path begins with",
    "document_id": "Document",
    "where": "Metadata",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick, and the argument that it sends; `documents` is None where it is not known."""

    name: str
    value: str
    label: str
    documents: int | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The fields that narrow a search; `chosen` counts those that the address fills.

    `days` are the first and the last day that documents are dated, None where that tells none
    apart; `since` and `until` are what the fields of the days hold.
    """

    publishers: tuple[Box, ...]
    tags: tuple[Box, ...]
    others: tuple[Box, ...]
    days: tuple[str, str] | None
    since: str
    until: str

    @property
    def chosen(self) -> int:
        """In how many ways the address narrows the search."""
        boxes = (*self.publishers, *self.tags, *self.others)
        return bool(self.since) + bool(self.until) + sum(box.ticked for box in boxes)

    @property
    def offered(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.publishers or self.tags or self.others or self.days)


def narrow(facets: Facets, documents: int, given: MultiDict[str, str]) -> Narrowing:
    """Return the fields for a corpus of that many documents, filled from an address."""
    since, until = given.get("since", ""), given.get("until", "")
    days = facets.days
    dated = days is not None and (days[0] < days[1] or since or until)
    return Narrowing(
        publishers=_boxes("publisher", facets.publishers, documents, given),
        tags=_boxes("tag", facets.tags, documents, given),
        others=tuple(
            Box(name, value, f"{label}: {value}", None, ticked=True)
            for name, label in _OTHERS.items()
            for value in _filled(given, name)
        ),
        days=(days[0].isoformat(), days[1].isoformat()) if days and dated else None,
        since=since,
        until=until,
    )


def _boxes(
    name: str, choices: Iterable[Choice], documents: int, given: MultiDict[str, str]
) -> tuple[Box, ...]:
    """Return a box for each choice that tells documents apart, and for each value in use."""
    wanted = {_folded(value): value for value in _filled(given, name)}
    boxes = [
        Box(name, one.value, one.value, one.documents, ticked=_folded(one.value) in wanted)
        for one in choices
        if one.documents < documents or _folded(one.value) in wanted
    ]
    offered = {_folded(box.value) for box in boxes}
    rest = (value for folded, value in wanted.items() if folded not in offered)
    return (*boxes, *(Box(name, value, value, None, ticked=True) for value in rest))


def _filled(given: MultiDict[str, str], name: str) -> list[str]:
    return [value for value in given.getlist(name) if value]


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())
