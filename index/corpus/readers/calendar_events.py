"""Reads calendars (.ics, RFC 5545), alone or in a message: what happens, when and where."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.parse_errors import parsing
from index.errors import DocumentError
from index.types import Document, Location, Metadata

_KINDS = ("VEVENT", "VTODO", "VJOURNAL")
_FIELDS = {
    "SUMMARY": "Summary",
    "DTSTART": "Start",
    "DTEND": "End",
    "DUE": "Due",
    "RRULE": "Repeats",
    "STATUS": "Status",
    "LOCATION": "Location",
    "ORGANIZER": "Organizer",
    "DESCRIPTION": "Description",
}
_BEGINS = re.compile(rb"(?i)BEGIN:V")
_FOLD = re.compile(rb"\r?\n[ \t]")


def read_calendar(data: bytes, path: str, identity: str) -> Document:
    """Read a calendar; each event or task is a passage, and `row` its number.

    Raises:
        DocumentError: it is no calendar.
    """
    with parsing(path, "a calendar (.ics)"):
        assembly = Assembly()
        for number, event in enumerate(events_in(data), start=1):
            assembly.add(event, "lines", Location(row=number))
        if not assembly.length and not _BEGINS.search(data):
            raise DocumentError(f"{path}: is no calendar (.ics); it begins no VCALENDAR")
        return assembly.document(identity, path, Metadata(title=title_of(path)))


def events_in(data: bytes) -> Iterator[str]:
    """Yield each event, task and note of one or more calendars as lines `name: value`.

    A calendar that is damaged is read line by line, so that a wrong line costs only itself.
    """
    from icalendar import Calendar

    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except ValueError:
        calendars = []
    if not calendars:
        yield from _events_by_lines(data)
        return
    for event in chain.from_iterable(one.walk() for one in calendars):
        if event.name in _KINDS:
            fields = ((name, event[field]) for field, name in _FIELDS.items() if field in event)
            yield "\n".join(f"{name}: {_shown(value)}" for name, value in fields)


def _events_by_lines(data: bytes) -> Iterator[str]:
    from icalendar.parser import Contentline

    fields: dict[str, str] | None = None  # of the event that the lines stand in
    for line in _FOLD.sub(b"", data).splitlines():
        try:
            name, parameters, value = Contentline(line.decode("utf-8", "replace")).parts()  # type: ignore[no-untyped-call]
        except ValueError:
            continue
        if name.upper() == "BEGIN" and value.upper() in _KINDS:
            fields = {}
        elif name.upper() == "END" and value.upper() in _KINDS and fields is not None:
            yield "\n".join(f"{_FIELDS[one]}: {fields[one]}" for one in _FIELDS if one in fields)
            fields = None
        elif fields is not None and name.upper() in _FIELDS:
            fields[name.upper()] = _shown(_value(name, value, parameters))


def _value(name: str, value: str, parameters: object) -> object:
    from icalendar.prop import TypesFactory

    factory = TypesFactory()
    try:
        found = factory.for_property(name)(factory.from_ical(name, value))  # type: ignore[no-untyped-call]
    except ValueError:
        return value
    found.params = parameters
    return found


def _shown(value: object) -> str:
    from icalendar import vCalAddress, vRecur

    if isinstance(value, list):  # a field that is there twice
        return ", ".join(map(_shown, value))
    if isinstance(value, vRecur):
        return str(value.to_ical().decode())  # type: ignore[no-untyped-call]
    try:
        moment = getattr(value, "dt", None)
    except ValueError:  # it is no date, and shown as it is written
        moment = None
    if moment is not None:
        return str(moment)
    address = str(value).removeprefix("mailto:").removeprefix("MAILTO:")
    name = str(value.params.get("CN", "")) if isinstance(value, vCalAddress) else ""
    return f"{name} <{address}>" if name and name != address else address
