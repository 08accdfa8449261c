"""Reads JSON and JSON Lines: each record is one or more passages, with its number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.records import (
    Number,
    add_record,
    prose_in,
    stated_metadata,
)
from index.corpus.rules import DEFAULT_FIELDS, RecordFields
from index.errors import DocumentError
from index.types import Document, Location

_SHOWN = 5  # lines or fields that a note names
_DEEPEST = 3  # objects around a list of records
_SOMETHING = re.compile(r"\S")

# A record's number, the name of the list that it stands in if it has one, and its value.
_Record = tuple[int, str, object]


def read_json(
    data: bytes, path: str, identity: str, fields: RecordFields = DEFAULT_FIELDS
) -> Document:
    """Read JSON: each item of a list, or of the lists that an object holds, is a record.

    Raises:
        DocumentError: it is not JSON, or holds too much of it.
    """
    decoded = decode(data, path)
    text = decoded.text
    with parsing(path, "JSON"):
        try:
            records = _numbered(_parse(text), fields)
        except ValueError as error:
            records = _read_values(text)
            if len(records) < 2:  # else it is JSON Lines by another name
                raise DocumentError(f"{path}: not valid JSON: {error}") from None
        return _assemble(records, path, identity, fields, decoded.notes)


def read_json_lines(
    data: bytes, path: str, identity: str, fields: RecordFields = DEFAULT_FIELDS
) -> Document:
    """Read JSON Lines; a record's number is that of its line, and the notes name lines left out.

    Raises:
        DocumentError: no line is JSON, or they hold too much.
    """
    decoded = decode(data, path)
    text = decoded.text
    with parsing(path, "JSON Lines"):
        records, bad = _read_lines(text)
        if bad and (values := _read_values(text)):  # they go on over lines, or are one list
            records = _numbered(values[0][2], fields) if len(values) == 1 else values
            bad = {}
        if bad and not records:
            raise DocumentError(f"{path}: holds no record: {_note(bad)[0]}")
        return _assemble(records, path, identity, fields, decoded.notes + _note(bad))


def _numbered(value: object, fields: RecordFields) -> list[_Record]:
    found = _records_in(value, fields)
    return [(row, name, one) for row, (name, one) in enumerate(found, start=1)]


def _parse(text: str) -> object:
    """Return the value, with numbers as they were written.

    Raises:
        ValueError: it is not JSON.
    """
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no value of JSON")


def _records_in(value: object, fields: RecordFields) -> Iterator[tuple[str, object]]:
    """Yield the records of a file, each with the name of the list that it stands in.

    Of a list they are its items; of an object, the items of its lists of objects and the rest.
    """
    if isinstance(value, list):
        yield from (("", item) for item in value)
    elif isinstance(value, dict) and not any(prose_in(value, name) for name in fields.text):
        lists: dict[str, list[object]] = {}
        if rest := _without_lists(value, lists, "", 0):
            yield "", rest
        yield from ((name, item) for name, items in lists.items() for item in items)
    else:
        yield "", value


def _without_lists(
    value: dict[str, object], lists: dict[str, list[object]], path: str, depth: int
) -> dict[str, object]:
    """Move the lists of objects in an object, and in the objects in it, to `lists`."""
    rest: dict[str, object] = {}
    for name, one in value.items():
        if _is_list_of_objects(one) and isinstance(one, list):
            lists[f"{path}{name}"] = one
        elif isinstance(one, dict) and one and depth < _DEEPEST:
            if inner := _without_lists(one, lists, f"{path}{name}.", depth + 1):
                rest[name] = inner
        else:
            rest[name] = one
    return rest


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _read_values(text: str) -> list[_Record]:
    """Return the objects and lists that begin on a line of their own, by the number of that.

    None are returned if there is anything else.
    """
    decoder = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_refuse)
    records: list[_Record] = []
    row, at = 1, 0
    while found := _SOMETHING.search(text, at):
        line_ends = text.count("\n", at, found.start())
        if records and not line_ends:
            return []
        row += line_ends
        try:
            value, end = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict | list):
            return []
        records.append((row, "", value))
        row += text.count("\n", found.start(), end)
        at = end
    return records


def _read_lines(text: str) -> tuple[list[_Record], dict[int, str]]:
    """Return the records of the lines that are JSON, and the error of each other line."""
    records: list[_Record] = []
    bad = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                records.append((number, "", _parse(line)))
            except RecursionError:
                bad[number] = "is nested too deep"
            except ValueError as error:
                bad[number] = str(error)
    return records, bad


def _note(bad: dict[int, str]) -> tuple[str, ...]:
    if not bad:
        return ()
    numbers = ", ".join(str(number) for number in list(bad)[:_SHOWN])
    more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    number, reason = next(iter(bad.items()))
    return (f"left out lines that are not JSON: {numbers}{more} (line {number}: {reason})",)


def _assemble(
    records: list[_Record], path: str, identity: str, fields: RecordFields, notes: tuple[str, ...]
) -> Document:
    assembly = Assembly()
    section = ""
    vectors: list[str] = []
    for row, name, value in records:
        assembly.leave(2 if name == section else 1)
        if name != section:
            section = name
            assembly.add_heading(name, 1, Location(row=row))
        vectors += add_record(value, row, fields, assembly)
    only = records[0][2] if len(records) == 1 else None
    metadata = stated_metadata(only, fields, title_of(path))
    return assembly.document(identity, path, metadata, notes=notes + _note_vectors(vectors))


def _note_vectors(names: Iterable[str]) -> tuple[str, ...]:
    shown = ", ".join(list(dict.fromkeys(names))[:_SHOWN])
    return (f"left out lists of numbers: {shown}",) if shown else ()
