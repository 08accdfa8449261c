"""The filters of the form: only those that distinguish documents of this corpus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from index import Choice, Facets
from service.web.phrases import message

MOST_CHOICES = 12
# Query parameters without a field in the form; a ticked checkbox with this label keeps each value.
_OTHERS = {
    "author": "Written by",
    "language": "Language",
    "path": "Path begins with",
    "document_id": "Document",
    "where": "Metadata",
}


@dataclass(frozen=True, slots=True)
class Checkbox:
    """A checkbox and the query parameter that it sends; `documents` is None if it is unknown."""

    name: str
    value: str
    label: str
    documents: int | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The filters of the form.

    `days` are the first and the last date of the documents, None if all have the same date;
    `since` and `until` are the values of the date fields.
    """

    publishers: tuple[Checkbox, ...]
    tags: tuple[Checkbox, ...]
    others: tuple[Checkbox, ...]
    days: tuple[str, str] | None
    since: str
    until: str

    @property
    def chosen(self) -> int:
        """The number of filters that the address sets."""
        boxes = (*self.publishers, *self.tags, *self.others)
        return bool(self.since) + bool(self.until) + sum(box.ticked for box in boxes)

    @property
    def offered(self) -> bool:
        """Whether the form has any filter."""
        return bool(self.publishers or self.tags or self.others or self.days)


def filter_form(facets: Facets, documents: int, given: MultiDict[str, str]) -> FilterForm:
    """Return the filters for a corpus with that number of documents, filled from an address."""
    since, until = given.get("since", ""), given.get("until", "")
    days = facets.days
    dated = days is not None and (days[0] < days[1] or since or until)
    return FilterForm(
        publishers=_boxes("publisher", facets.publishers, documents, given),
        tags=_boxes("tag", facets.tags, documents, given),
        others=tuple(
            Checkbox(name, value, f"{message(label)}: {value}", None, ticked=True)
            for name, label in _OTHERS.items()
            for value in _filled(given, name)
        ),
        days=(days[0].isoformat(), days[1].isoformat()) if days and dated else None,
        since=since,
        until=until,
    )


def _boxes(
    name: str, choices: Iterable[Choice], documents: int, given: MultiDict[str, str]
) -> tuple[Checkbox, ...]:
    """Return a checkbox for each value that some documents lack, and for each value in use."""
    wanted = {_folded(value): value for value in _filled(given, name)}
    boxes = [
        Checkbox(name, one.value, one.value, one.documents, ticked=_folded(one.value) in wanted)
        for one in choices
        if one.documents < documents or _folded(one.value) in wanted
    ]
    offered = {_folded(box.value) for box in boxes}
    rest = (value for folded, value in wanted.items() if folded not in offered)
    return (*boxes, *(Checkbox(name, value, value, None, ticked=True) for value in rest))


def _filled(given: MultiDict[str, str], name: str) -> list[str]:
    return [value for value in given.getlist(name) if value]


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())
