"""Reads Excel workbooks: each row of a sheet is a passage of its own, with its column names."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from index.corpus.readers.archive import open_archive
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.comments import comment_notes
from index.corpus.readers.number_format import shown_moment, shown_number
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import stated_metadata
from index.corpus.readers.rows import add_rows
from index.corpus.readers.scripts import lowered, raised
from index.corpus.readers.sheets import (
    Cell,
    HiddenCells,
    MergedCells,
    Row,
    fill_merged,
    hidden_sheets_note,
)
from index.corpus.readers.xlsx_boxes import box_texts
from index.errors import DocumentError
from index.types import Document, Location

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_KIND = "an Excel workbook (.xlsx)"
_SCRIPTS = {"superscript": raised, "subscript": lowered}
_MOST_ROWS = 1_048_576  # of a sheet in Excel
_MOST_COLUMNS = 16_384
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\bhidden=\"(?:1|true)\"[^>]*>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*?\bhidden=\"(?:1|true)\"[^>]*>")
# openpyxl says neither of these of a workbook that it reads row by row
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_NEVER_COMPUTED = re.compile(
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<v></v>)?</(?:\w+:)?c>"
)


def read_xlsx(data: bytes, path: str, identity: str) -> Document:
    """Read the values that formulas had when the workbook was saved, dates as ISO 8601 has them.

    Hidden sheets, rows and columns, comments, charts and pictures are left out; the notes name
    what a reader may miss.

    Raises:
        DocumentError: it is another format, is encrypted or damaged, or holds too much text.
    """
    from openpyxl import load_workbook

    with parsing(path, _KIND), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which hold no text
        archive = open_archive(data, path, _KIND)
        workbook = load_workbook(
            BytesIO(data), read_only=True, data_only=True, keep_links=False, rich_text=True
        )
        assembly = Assembly()
        hidden = [sheet.title for sheet in workbook.worksheets if sheet.sheet_state != "visible"]
        notes = hidden_sheets_note(hidden)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                notes += _add_sheet(sheet, assembly, path, archive)
        notes += comment_notes(archive)
        return assembly.document(identity, path, stated_metadata(archive, path), notes=tuple(notes))


def _add_sheet(
    sheet: ReadOnlyWorksheet, assembly: Assembly, path: str, archive: ZipFile
) -> list[str]:
    """Add a sheet and then its text boxes; return notes."""
    with sheet._get_source() as file:
        xml = file.read()
    merged = [_merged(match[1].decode()) for match in _MERGED.finditer(xml)]
    empty = sum(1 for _ in _NEVER_COMPUTED.finditer(xml))
    hidden = _hidden(xml)
    del xml
    sheet.reset_dimensions()  # they may be wrong
    assembly.enter(sheet.title, 1)
    rows = fill_merged(_rows(sheet, path), merged)
    add_rows(hidden.without(rows), assembly, sheet.title, fewest=2)
    for text in box_texts(archive, sheet._worksheet_path):
        assembly.add(text, location=Location(sheet=sheet.title))
    notes = []
    if hidden:
        notes.append(hidden.note(sheet.title))
    if empty:
        notes.append(
            f"{empty} formulas in {sheet.title} hold no value; "
            "open the workbook in a spreadsheet program and save it"
        )
    return notes


def _hidden(xml: bytes) -> HiddenCells:
    rows = (_attribute(tag[0], b"r") for tag in _HIDDEN_ROW.finditer(xml))
    columns: set[int] = set()
    for tag in _HIDDEN_COLUMN.finditer(xml):
        first, last = _attribute(tag[0], b"min"), _attribute(tag[0], b"max")
        columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
    return HiddenCells(frozenset(filter(None, rows)), frozenset(columns))


def _attribute(tag: bytes, name: bytes) -> int:
    found = re.search(rb"\s" + name + rb'="(\d+)"', tag)
    return int(found[1]) if found else 0


def _rows(sheet: ReadOnlyWorksheet, path: str) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > _MOST_ROWS:
            raise DocumentError(
                f"{path}: a sheet of it has more than {_MOST_ROWS:,} rows; split it"
            )
        shown = ((column, _shown(cell)) for column, cell in enumerate(cells))
        yield Row(number, tuple(Cell(column, text) for column, text in shown if text.strip()))


def _shown(cell: ReadOnlyCell) -> str:
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.utils.escape import unescape

    value = "" if cell.value is None else cell.value
    if isinstance(value, CellRichText):
        value = "".join(map(_in_script, value))
    if isinstance(value, str):
        return str(unescape(value))  # _x000D_ is the end of a line
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return shown_number(value, cell.number_format or "")
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return shown_moment(value)
    return str(value)


def _in_script(part: object) -> str:
    """Return a part of a rich text as it stands: on the line, raised or lowered."""
    font = getattr(part, "font", None)
    script = _SCRIPTS.get(getattr(font, "vertAlign", None) or "", str)
    return script(str(getattr(part, "text", part)))


def _merged(reference: str) -> MergedCells:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return MergedCells(top, bottom, left - 1, right - left + 1)
