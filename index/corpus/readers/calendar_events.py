"""Reads calendars (.ics, RFC 5545), alone or in a message: what happens, when and where."""

from __future__ import annotations

from collections.abc import Iterator

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.parse_errors import parsing
from index.types import Document, Location, Metadata

_KINDS = ("VEVENT", "VTODO", "VJOURNAL")
_FIELDS = {
    "SUMMARY": "Summary",
    "DTSTART": "Start",
    "DTEND": "End",
    "DUE": "Due",
    "LOCATION": "Location",
    "ORGANIZER": "Organizer",
    "DESCRIPTION": "Description",
}


def read_calendar(data: bytes, path: str, identity: str) -> Document:
    """Read a calendar; each event or task is a passage, and `row` its number.

    Raises:
        DocumentError: it is no calendar.
    """
    with parsing(path, "a calendar (.ics)"):
        assembly = Assembly()
        for number, event in enumerate(events_in(data), start=1):
            assembly.add(event, "lines", Location(row=number))
        return assembly.document(identity, path, Metadata(title=title_of(path)))


def events_in(data: bytes) -> Iterator[str]:
    """Yield each event, task and note of a calendar as lines `name: value`.

    Raises:
        ValueError: it is no calendar.
    """
    from icalendar import Calendar

    found = (one for one in Calendar.from_ical(data).walk() if one.name in _KINDS)
    for event in found:
        lines = [
            f"{name}: {_shown(event, field)}" for field, name in _FIELDS.items() if field in event
        ]
        yield "\n".join(lines)


def _shown(event: object, field: str) -> str:
    value = event[field]  # type: ignore[index]
    moment = getattr(value, "dt", None)
    if moment is not None:
        return str(moment)
    address = str(value).removeprefix("mailto:").removeprefix("MAILTO:")
    name = str(getattr(value, "params", {}).get("CN", "")) if field == "ORGANIZER" else ""
    return f"{name} <{address}>" if name and name != address else address
