"""Reads binary Excel workbooks (.xlsb)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.number_format import shown_moment, shown_number
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import stated_metadata
from index.corpus.readers.rows import add_rows
from index.corpus.readers.sheets import Cell, Row, fill_merged, hidden_sheets_note
from index.corpus.readers.xlsb_sheets import layout, number_formats, sheet_parts
from index.errors import DocumentError
from index.types import Document

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_KIND = "a binary Excel workbook (.xlsb)"
_STYLES = "xl/styles.bin"
_MOST_CELLS = 20_000_000


def read_xlsb(data: bytes, path: str, identity: str) -> Document:
    """Read the values of each shown sheet; numbers as they are formatted, dates as in ISO 8601.

    Hidden sheets, rows and columns are left out; the notes name them.

    Raises:
        DocumentError: it is another format, is encrypted or damaged, or holds too much text.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with parsing(path, _KIND):
        archive = open_archive(data, path, _KIND)
        parts = sheet_parts(archive)
        styles = number_formats(archive.read(_STYLES)) if _STYLES in archive.namelist() else []
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        assembly = Assembly()
        hidden, notes = [], []
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible:
                hidden.append(sheet.name)
            elif sheet.typ == SheetTypeEnum.WorkSheet:
                cells = workbook.get_sheet_by_name(sheet.name)
                if cells.total_height * cells.total_width > _MOST_CELLS:
                    raise DocumentError(f"{path}: a sheet of it is too large; split it")
                found = layout(parts.get(sheet.name, b""), styles)
                assembly.enter(sheet.name, 1)
                rows = fill_merged(_rows(cells, found.formats), found.merged)
                add_rows(found.hidden.without(rows), assembly, sheet.name, fewest=2)
                notes += [found.hidden.note(sheet.name)] if found.hidden else []
        metadata = stated_metadata(archive, path)
        all_notes = (*hidden_sheets_note(hidden), *notes)
        return assembly.document(identity, path, metadata, notes=all_notes)


def _rows(sheet: CalamineSheet, formats: Mapping[tuple[int, int], str]) -> Iterator[Row]:
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        shown = (
            (column, _shown(value, formats.get((number, column), "")))
            for column, value in enumerate(values)
        )
        yield Row(number, tuple(Cell(column, text) for column, text in shown if text.strip()))


def _shown(value: object, number_format: str) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return shown_number(value, number_format)
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return shown_moment(value)
    return str(value)
