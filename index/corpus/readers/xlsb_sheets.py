"""Finds what calamine leaves out of binary workbooks ([MS-XLSB], 2.4): layout and formats."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.sheets import HiddenCells, MergedCells

if TYPE_CHECKING:
    from zipfile import ZipFile

# types of records
_ROW, _COLUMNS, _SHEET, _MERGED = 0, 60, 156, 176
_NUMBERS = {2, 5, 9}  # cells with a number: short, long, and of a formula
_FORMAT, _STYLE, _STYLES_OF_CELLS, _STYLES_END = 44, 47, 617, 618
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


@dataclass(frozen=True, slots=True)
class Layout:
    """The hidden and the merged cells of a sheet, and the number formats of others.

    `formats` are by row, from 1, and column, from 0; a cell that has none shows its plain number.
    """

    hidden: HiddenCells
    merged: list[MergedCells]
    formats: Mapping[tuple[int, int], str]


def layout(part: bytes, styles: Sequence[str] = ()) -> Layout:
    """Return the layout of a sheet; `styles` are the number formats that its cells refer to."""
    rows: set[int] = set()
    columns: set[int] = set()
    merged = []
    formats: dict[tuple[int, int], str] = {}
    row = 0
    for kind, record in _records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", record)[0] + 1
            if record[11] & 0x10:
                rows.add(row)
        elif kind in _NUMBERS:
            column, style = struct.unpack_from("<2I", record)
            style &= 0xFFFFFF
            if style < len(styles) and styles[style]:
                formats[row, column] = styles[style]
        elif kind == _COLUMNS and record[16] & 0x01:
            first, last = struct.unpack_from("<2I", record)
            columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            merged.append(MergedCells(top + 1, bottom + 1, left, right - left + 1))
    return Layout(HiddenCells(frozenset(rows), frozenset(columns)), merged, formats)


def number_formats(part: bytes) -> list[str]:
    """Return the number format of each style of cells, "" for the general one."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    own: dict[int, str] = {}
    formats: list[str] = []
    of_cells = False
    for kind, record in _records(part):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", record)[0]] = _text(record[2:])[0]
        elif kind in (_STYLES_OF_CELLS, _STYLES_END):
            of_cells = kind == _STYLES_OF_CELLS
        elif kind == _STYLE and of_cells:
            number = struct.unpack_from("<H", record, 2)[0]
            form = own.get(number) or BUILTIN_FORMATS.get(number, "")
            formats.append("" if form == "General" else form)
    return formats


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
