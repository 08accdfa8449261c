"""Reads the spreadsheets that openpyxl does not: .ods, .xls and .xlsb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.rows import Cell, Row, add_rows
from index.errors import DocumentError
from index.types import Document, Metadata

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_KIND = "a spreadsheet (.ods, .xls or .xlsb)"
_MOST_CELLS = 20_000_000


def read_calamine(data: bytes, path: str, identity: str) -> Document:
    """Read the values of each shown sheet; dates are as in ISO 8601, and formats are not kept.

    Raises:
        DocumentError: it is another format, is encrypted or damaged, or holds too much text.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with parsing(path, _KIND):
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        assembly = Assembly()
        hidden = []
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible:
                hidden.append(sheet.name)
            elif sheet.typ == SheetTypeEnum.WorkSheet:
                cells = workbook.get_sheet_by_name(sheet.name)
                if cells.total_height * cells.total_width > _MOST_CELLS:
                    raise DocumentError(f"{path}: a sheet of it is too large; split it")
                assembly.enter(sheet.name, 1)
                add_rows(_rows(cells), assembly, sheet.name, fewest=2)
        notes = (f"left out hidden sheets: {', '.join(hidden)}",) if hidden else ()
        return assembly.document(identity, path, Metadata(title=title_of(path)), notes=notes)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        shown = ((column, _shown(value)) for column, value in enumerate(values))
        yield Row(number, tuple(Cell(column, text) for column, text in shown if text.strip()))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return str(value.date())
    return str(value)
