"""Finds hidden and merged cells in binary workbooks ([MS-XLSB], 2.4), which calamine leaves out."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.sheets import HiddenCells, MergedCells

if TYPE_CHECKING:
    from zipfile import ZipFile

# types of records
_ROW, _COLUMNS, _SHEET, _MERGED = 0, 60, 156, 176
_MOST_COLUMNS = 16_384


def sheet_parts(archive: ZipFile) -> dict[str, bytes]:
    """Return the part of each sheet of a workbook, by the sheet's name."""
    relations = {
        one.get("Id"): posixpath.normpath(posixpath.join("xl", one.get("Target") or ""))
        for one in parse_xml(archive.read("xl/_rels/workbook.bin.rels"))
    }
    parts = {}
    for kind, record in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET:
            identity, rest = _text(record[8:])
            name, _ = _text(rest)
            if relations.get(identity) in archive.namelist():
                parts[name] = archive.read(relations[identity])
    return parts


def layout(part: bytes) -> tuple[HiddenCells, list[MergedCells]]:
    """Return the hidden and the merged cells of a sheet."""
    rows: set[int] = set()
    columns: set[int] = set()
    merged = []
    for kind, record in _records(part):
        if kind == _ROW and record[11] & 0x10:
            rows.add(struct.unpack_from("<I", record)[0] + 1)
        elif kind == _COLUMNS and record[16] & 0x01:
            first, last = struct.unpack_from("<2I", record)
            columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            merged.append(MergedCells(top + 1, bottom + 1, left, right - left + 1))
    return HiddenCells(frozenset(rows), frozenset(columns)), merged


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and the bytes of each record; both its type and its length vary in size."""
    place = 0
    while place < len(part):
        kind, place = _varying(part, place, 2)
        length, place = _varying(part, place, 4)
        yield kind, part[place : place + length]
        place += length


def _varying(part: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends; types keep the eighth bit."""
    number = 0
    for byte in range(most):
        number |= (part[place] & 0x7F) << (7 * byte)
        place += 1
        if not part[place - 1] & 0x80:
            break
    return number, place


def _text(record: bytes) -> tuple[str, bytes]:
    """Return the text that a record begins with, and the rest of the record."""
    length = struct.unpack_from("<I", record)[0]
    end = 4 + 2 * length
    return record[4:end].decode("utf-16-le", "replace"), record[end:]
