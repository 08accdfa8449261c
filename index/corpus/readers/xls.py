"""Reads Excel workbooks of before 2007 (.xls), and other files with that suffix."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Literal

from index.corpus.readers.assembly import Assembly
from index.corpus.readers.html import read_html
from index.corpus.readers.number_format import shown_moment, shown_number
from index.corpus.readers.ole_properties import ole_metadata
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.rows import add_rows
from index.corpus.readers.sheets import (
    Cell,
    HiddenCells,
    MergedCells,
    Row,
    fill_merged,
    hidden_sheets_note,
)
from index.corpus.readers.xlsx import read_xlsx
from index.errors import DocumentError
from index.types import Document

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet

_KIND = "an Excel workbook (.xls)"
_NUMBER, _DATE, _BOOLEAN, _ERROR = 2, 3, 4, 5  # types of cells
_PAGES = (b"<html", b"<!doctype html", b"<table")
_AFTER_9999 = 2_958_466  # the number of the day after the last that Excel knows


def read_xls(data: bytes, path: str, identity: str) -> Document:
    """Read the values that formulas had when the workbook was saved, dates as ISO 8601 has them.

    Hidden sheets, rows and columns, and comments, are left out; the notes name them. Websites
    export pages and newer workbooks under this name, which are read in their own format.

    Raises:
        DocumentError: it is another format, is encrypted or damaged, or holds too much text.
    """
    import xlrd
    from xlrd.biffh import XLRDError

    if data.startswith(b"PK"):
        return read_xlsx(data, path, identity)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:20].lower().startswith(_PAGES):
        return read_html(data, path, identity)
    with parsing(path, _KIND):
        try:
            book = xlrd.open_workbook(
                file_contents=data,
                formatting_info=True,
                ignore_workbook_corruption=True,
                logfile=StringIO(),
            )
        except XLRDError as error:
            if "encrypted" in str(error):
                raise DocumentError(f"{path}: is encrypted; save it without a password") from error
            raise
        assembly = Assembly()
        hidden, notes, comments = [], [], 0
        for sheet in book.sheets():
            if sheet.visibility:
                hidden.append(sheet.name)
                continue
            unshown = _hidden(sheet)
            assembly.enter(sheet.name, 1)
            rows = unshown.without(fill_merged(_rows(book, sheet), _merged(sheet)))
            add_rows(rows, assembly, sheet.name, fewest=2)
            notes += [unshown.note(sheet.name)] if unshown else []
            comments += len(sheet.cell_note_map)
        if comments:
            notes.append(f"left out comments: {comments}")
        all_notes = (*hidden_sheets_note(hidden), *notes)
        return assembly.document(identity, path, ole_metadata(data, path), notes=all_notes)


def _hidden(sheet: Sheet) -> HiddenCells:
    rows = (row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    columns = (column for column, info in sheet.colinfo_map.items() if info.hidden)
    return HiddenCells(
        frozenset(row for row in rows if row <= sheet.nrows),
        frozenset(column for column in columns if column < sheet.ncols),
    )


def _merged(sheet: Sheet) -> list[MergedCells]:
    return [
        MergedCells(top + 1, bottom, left, right - left)
        for top, bottom, left, right in sheet.merged_cells
    ]


def _rows(book: Book, sheet: Sheet) -> Iterator[Row]:
    for number in range(sheet.nrows):
        shown = (
            (column, _shown(book, sheet, number, column)) for column in range(sheet.row_len(number))
        )
        yield Row(number + 1, tuple(Cell(column, text) for column, text in shown if text.strip()))


def _shown(book: Book, sheet: Sheet, row: int, column: int) -> str:
    import xlrd

    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == _BOOLEAN:
        return str(bool(value)).upper()
    if kind == _ERROR:
        return xlrd.error_text_from_code.get(int(value), "#ERROR!")
    if kind not in (_NUMBER, _DATE):
        return str(value)
    number = float(value)
    style = book.xf_list[sheet.cell_xf_index(row, column)].format_key
    form = book.format_map[style].format_str if style in book.format_map else ""
    return shown_number(number, form) if kind == _NUMBER else _moment(number, form, book.datemode)


def _moment(value: float, form: str, epoch: Literal[0, 1]) -> str:
    """Return the text of a number that its format shows as a date, a time or a duration."""
    import xlrd
    from openpyxl.styles.numbers import is_timedelta_format

    if is_timedelta_format(form):
        return shown_moment(dt.timedelta(days=value))
    if not 0 <= value < _AFTER_9999:
        return shown_number(value, "")
    moment = xlrd.xldate_as_datetime(value, epoch)
    return shown_moment(moment if value >= 1 else moment.time())
