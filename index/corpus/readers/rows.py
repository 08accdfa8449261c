"""Turns the rows of a table into blocks, each cell with the name of its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice

import regex

from index.corpus.readers.assembly import Assembly
from index.types import Location

_NUMBER = regex.compile(
    r"[-+(]?\s?\p{Sc}?\s?[-+]?[.,]?\d(?:[\s.,'’]?\d)*+[.,]?(?:[eE][-+]?\d+)?"
    r"\s?(?:%|\p{Sc}|\p{Lu}{3})?\)?"
)
_YEAR = regex.compile(r"(?:1[5-9]|20)\d\d")
_DATE = regex.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?")
_LONGEST_NAME = 200  # characters
_LONG = 200  # characters of a cell that is cut between its sentences
_SEEN = 100  # rows that the header is looked for in


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty; columns count from 0, and a merged cell covers several."""

    column: int
    text: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, in order; rows count from 1, as programs show them."""

    number: int
    cells: tuple[Cell, ...]


def add_rows(
    rows: Iterable[Row], assembly: Assembly, sheet: str | None = None, fewest: int = 1
) -> None:
    """Add each row as text of its own: a line `name: value` for each cell, empty ones left out.

    Where there is no header, or above it, a row is one line of cells parted by bars. A header
    that is repeated is left out, since its names stand in every row. A table of less than
    `fewest` columns has none. After an empty row another table may begin, with its own header.
    """
    headers: list[Row] = []
    names: dict[int, str] = {}
    waiting: list[Row] = []  # until a header is found, which may stand above an empty row
    for block in chain(_blocks(row for row in rows if row.cells), [iter(())]):
        first = [*waiting, *islice(block, _SEEN)]
        found = _find_headers(first, fewest)
        is_last = len(first) == len(waiting)
        waiting = [] if found or headers or is_last or len(first) >= _SEEN else first
        if waiting:
            continue
        if found and (not headers or _are_new(found, first, names)):
            headers, names = found, _names(found)
        for row in chain(first, block):
            location = Location(sheet=sheet, row=row.number)
            if not headers or row.number < headers[0].number:
                cells = " | ".join(" ".join(cell.text.split()) for cell in row.cells)
                assembly.add(cells, "lines", location)
            elif all(row.cells != header.cells for header in headers):
                _add_named(row, names, assembly, location)


def _blocks(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """Yield runs of rows without an empty row between them."""
    last = number = 0

    def block_of(row: Row) -> int:
        nonlocal last, number
        number += row.number > last + 1
        last = row.number
        return number

    for _, block in groupby(rows, key=block_of):
        yield block


def _are_new(headers: list[Row], rows: list[Row], names: dict[int, str]) -> bool:
    """Whether rows after an empty one are another table with a header of its own.

    They are where their columns are others, or where a column has numbers or dates below a name.
    """
    columns = {column for header in headers for cell in header.cells for column in _columns(cell)}
    if columns != set(names):
        return True
    below = [row for row in rows if row.number > headers[-1].number]
    return any(not _is_name(cell.text) for row in below for cell in row.cells)


def _find_headers(rows: list[Row], fewest: int) -> list[Row]:
    """Return the row or two that name the columns, if there are any and something below them.

    The header is the first row at least half as wide as the widest, unless it holds a number or a
    date. Titles that stand above a table are narrower. A second row belongs to it if it only
    names columns that a cell of the first covers together.
    """
    widest = max((len(row.cells) for row in rows), default=0)
    least = max(min(widest, 2), -(-widest // 2))
    place = next((place for place, row in enumerate(rows) if len(row.cells) >= least), 0)
    below = rows[place + 1 :]
    if widest < fewest or not below or not _are_names(rows[place]):
        return []
    header = rows[place]
    together = {one for cell in header.cells if cell.width > 1 for one in _columns(cell)}
    parts = set(below[0].cells) - {cell for cell in header.cells if cell.width == 1}
    is_second = parts and {cell.column for cell in parts} <= together and _are_names(below[0])
    return [header, below[0]] if is_second and len(below) > 1 else [header]


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.width)


def _names(headers: list[Row]) -> dict[int, str]:
    names: dict[int, list[str]] = {}
    for header in headers:
        for cell in header.cells:
            for column in _columns(cell):
                names.setdefault(column, []).append(" ".join(cell.text.split()))
    return {column: " ".join(dict.fromkeys(parts)) for column, parts in names.items()}


def _are_names(row: Row) -> bool:
    return all(_is_name(cell.text) for cell in row.cells)


def _is_name(text: str) -> bool:
    """Whether a text may name a column: a year may, another number or a date may not."""
    text = text.strip()
    if len(text) > _LONGEST_NAME or _DATE.fullmatch(text):
        return False
    return bool(_YEAR.fullmatch(text)) or not _NUMBER.fullmatch(text)


def _add_named(row: Row, names: dict[int, str], assembly: Assembly, location: Location) -> None:
    is_first = True
    for is_long, cells in groupby(row.cells, key=lambda cell: len(cell.text) > _LONG):
        for text in _lines(cells, names) if is_long else ["\n".join(_lines(cells, names))]:
            assembly.add(text, "prose" if is_long else "lines", location, close=not is_first)
            is_first = False


def _lines(cells: Iterable[Cell], names: dict[int, str]) -> Iterator[str]:
    for cell in cells:
        name = names.get(cell.column)
        text = cell.text.strip()
        yield f"{name}: {text}" if name else text
