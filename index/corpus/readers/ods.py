"""Reads OpenDocument spreadsheets (.ods): each cell as the program last showed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly
from index.corpus.readers.opendocument import (
    COMMENT,
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    Words,
    count_in,
    open_opendocument,
    read_words,
)
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
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_KIND = "an OpenDocument spreadsheet (.ods)"
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_COLLAPSED = ("collapse", "filter")
_MOST_REPEATED = 1000  # times that a row or a cell with text stands there
_MOST_COLUMNS = 16_384


def read_ods(data: bytes, path: str, identity: str) -> Document:
    """Read the cells of each shown sheet in their formats, but dates as ISO 8601 has them.

    Hidden sheets, rows and columns, and comments, are left out; the notes name them.

    Raises:
        DocumentError: it is another format, is encrypted or damaged, or holds too much text.
    """
    with parsing(path, _KIND):
        parts = open_opendocument(data, path, _KIND)
        assembly = Assembly()
        words = read_words(parts.roots())
        unshown = {
            style.get(f"{STYLE}name")
            for style in parts.content.iter(f"{STYLE}style")
            for properties in style.iterchildren(f"{STYLE}table-properties")
            if properties.get(f"{TABLE}display") == "false"
        }
        hidden, notes = [], []
        for body in parts.content.iter(f"{OFFICE}spreadsheet"):
            for table in body.iterchildren(f"{TABLE}table"):
                name = table.get(f"{TABLE}name", "")
                if table.get(f"{TABLE}style-name") in unshown:
                    hidden.append(name)
                    continue
                sheet = _Sheet(table, words)
                assembly.enter(name, 1)
                add_rows(sheet.rows(), assembly, name, fewest=2)
                if sheet.hidden:
                    notes.append(sheet.hidden.note(name))
        all_notes = (*hidden_sheets_note(hidden), *notes, *words.notes())
        return assembly.document(identity, path, parts.metadata(path), notes=all_notes)


class _Sheet:
    """The rows of a sheet, with its merged and its hidden cells."""

    def __init__(self, table: Element, words: Words) -> None:
        self._words = words
        self._merged: list[MergedCells] = []
        hidden_rows: set[int] = set()
        self._rows = list(self._read(table, hidden_rows))
        self.hidden = HiddenCells(frozenset(hidden_rows), frozenset(_hidden_columns(table)))

    def rows(self) -> Iterator[Row]:
        """Yield the rows as they are shown."""
        return self.hidden.without(fill_merged(self._rows, self._merged))

    def _read(self, table: Element, hidden: set[int]) -> Iterator[Row]:
        number = 1
        for row in table.iter(f"{TABLE}table-row"):
            if next(row.iterancestors(f"{TABLE}table")) is not table:
                continue
            times = count_in(row, f"{TABLE}number-rows-repeated")
            cells = tuple(self._cells(row, number))
            if cells:
                numbers = range(number, number + min(times, _MOST_REPEATED))
                if row.get(f"{TABLE}visibility") in _COLLAPSED:
                    hidden.update(numbers)
                yield from (Row(one, cells) for one in numbers)
            number += times

    def _cells(self, row: Element, number: int) -> Iterator[Cell]:
        column = 0
        for cell in row.iterchildren(*_CELLS):
            times = count_in(cell, f"{TABLE}number-columns-repeated")
            text = self._shown(cell) if cell.tag == _CELLS[0] else ""
            if text.strip():
                yield from (Cell(column + one, text) for one in range(min(times, _MOST_REPEATED)))
            width = count_in(cell, f"{TABLE}number-columns-spanned")
            height = count_in(cell, f"{TABLE}number-rows-spanned")
            if text.strip() and (width > 1 or height > 1):
                merged = MergedCells(number, number + height - 1, column, min(width, _MOST_COLUMNS))
                self._merged.append(merged)
            column += times

    def _shown(self, cell: Element) -> str:
        for one in cell.iterchildren(COMMENT):
            self._words.skips(one)
        moment = cell.get(f"{OFFICE}date-value")
        if moment:
            return str(moment).removesuffix("T00:00:00").replace("T", " ")
        texts = map(self._words.text, cell.iterchildren(f"{TEXT}p"))
        return "\n".join(texts) or str(cell.get(f"{OFFICE}value", ""))


def _hidden_columns(table: Element) -> Iterator[int]:
    column = 0
    for one in table.iter(f"{TABLE}table-column"):
        times = count_in(one, f"{TABLE}number-columns-repeated")
        if one.get(f"{TABLE}visibility") in _COLLAPSED:
            yield from range(column, min(column + times, _MOST_COLUMNS))
        column += times
