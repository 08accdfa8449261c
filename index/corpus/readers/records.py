"""Turns a JSON record into blocks: its title a heading, its prose, its other fields lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from pydantic import ValidationError

from index.corpus.readers.assembly import Assembly, clean
from index.corpus.readers.front_matter import FrontMatter
from index.corpus.readers.text import paragraphs
from index.corpus.rules import RecordFields
from index.types import Location, Metadata

_LONG = 200  # characters of a value that is cut between its sentences
_VECTOR = 16  # more numbers than this in one field are for programs to read


class Number(str):
    """A number, as it was written: 1.50 stays that."""

    __slots__ = ()


def add_record(record: object, row: int, fields: RecordFields, assembly: Assembly) -> list[str]:
    """Add a record; return the names of the fields that were left out as lists of numbers."""
    location = Location(row=row)
    vectors: list[str] = []
    title = next((name for name in fields.title if prose_in(record, name)), None)
    if title is not None:
        assembly.add_heading(prose_in(record, title), 2, location)
    prose = {name: text for name in fields.text if (text := prose_in(record, name))}
    for text in prose.values():
        for one in paragraphs(text, 0):
            assembly.add(text[one.span.start : one.span.end], "prose", location)
    follows = bool(prose) or title is not None
    for name, value in _flatten(record):
        if name in prose or name == title or _is_below(name, fields.left_out):
            continue
        if isinstance(value, list):
            vectors.append(_in_a_line(name))
            continue
        line = f"{_in_a_line(name)}: {value}" if name else value
        assembly.add(line, "prose" if len(value) > _LONG else "lines", location, close=follows)
        follows = True
    return vectors


def prose_in(record: object, name: str) -> str:
    """Return the text of a field, "" if it has none; a list of texts becomes paragraphs."""
    value = _value_at(record, name)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "\n\n".join(value)
    return value.strip() if isinstance(value, str) else ""


def stated_metadata(record: object, fields: RecordFields, title: str) -> Metadata:
    """Return the metadata of a record; a value of the wrong form is left out.

    `title` is used if the record has none.
    """
    found = FrontMatter()
    for key in ("title", "date", "url", "authors"):
        for name in getattr(fields, key):
            with suppress(ValidationError):
                one = FrontMatter.model_validate({key: _plain(_value_at(record, name))})
                found = found.model_copy(update={key: getattr(found, key) or getattr(one, key)})
    # the file was not written for Pincite: a sidecar takes precedence
    return replace(found.metadata(title), origins=())


def _plain(value: object) -> object:
    """Return numbers as mere text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _value_at(value: object, name: str) -> object:
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _is_below(name: str, fields: tuple[str, ...]) -> bool:
    return any(name == field or name.startswith(f"{field}.") for field in fields)


def _flatten(record: object) -> Iterator[tuple[str, str | list[object]]]:
    """Yield each field that holds something with its name, and its text unless it is a vector."""
    waiting = [iter([("", record)])]
    while waiting:
        name, value = next(waiting[-1], ("", waiting))
        if value is waiting:
            waiting.pop()
        elif isinstance(value, dict):
            waiting.append(_members(name, value))
        elif not isinstance(value, list):
            if text := _shown(value):
                yield name, text
        elif any(isinstance(one, dict | list) for one in value):
            waiting.append(iter([(name, one) for one in value]))
        elif name and len(value) > _VECTOR and all(isinstance(one, Number) for one in value):
            yield name, value
        elif text := ", ".join(filter(None, map(_shown, value))):
            yield name, text


def _members(name: str, value: dict[str, object]) -> Iterator[tuple[str, object]]:
    return ((f"{name}.{key}" if name else key, one) for key, one in value.items())


def _in_a_line(name: str) -> str:
    return " ".join(clean(name).split())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()
