"""Turns the rows of a table into blocks, each cell with the name of its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice

from index.corpus.readers.assembly import Assembly
from index.corpus.readers.headers import columns_of, find_headers, is_name, names_of
from index.corpus.readers.sheets import Cell, Row
from index.corpus.readers.side_by_side import side_by_side
from index.types import Location

_LONG = 200  # characters of a cell that is cut between its sentences
_SENTENCE = 3  # words
_SEEN = 100  # rows that the header is looked for in


def add_rows(
    rows: Iterable[Row], assembly: Assembly, sheet: str | None = None, fewest: int = 1
) -> None:
    """Add the rows of a sheet as text; of tables that stand side by side, one after the other."""
    for table in side_by_side(rows):
        _add_table(table, assembly, sheet, fewest)


def _add_table(rows: Iterable[Row], assembly: Assembly, sheet: str | None, fewest: int) -> None:
    """Add each row as text of its own: a line `name: value` for each cell, empty ones left out.

    Where there is no header, or above it, a row is one line of cells parted by bars. A header
    that is repeated is left out, since its names stand in every row. A table of less than
    `fewest` columns has none. After an empty row another table may begin, with its own header.
    """
    headers: list[Row] = []
    names: dict[int, str] = {}
    used: set[int] = set()  # columns of the table with a value below their name
    waiting: list[Row] = []  # until a header is found, which may stand above an empty row
    for block in chain(_blocks(row for row in rows if row.cells), [iter(())]):
        first = [*waiting, *islice(block, _SEEN)]
        found = find_headers(first, fewest)
        is_last = len(first) == len(waiting)
        waiting = [] if found or headers or is_last or len(first) >= _SEEN else first
        if waiting:
            continue
        if found and (not headers or _are_new(found, first, names)):
            _add_unused(headers, names, used, assembly, sheet)
            headers, names, used = found, names_of(found), set()
        is_remark = bool(headers) and not found and len(names) > 1 and _are_remarks(first)
        for row in chain(first, block):
            location = Location(sheet=sheet, row=row.number)
            if not headers or row.number < headers[0].number or is_remark:
                assembly.add(_cells(row), "lines", location)
            elif all(row.cells != header.cells for header in headers):
                _add_named(row, names, assembly, location)
                used.update(column for cell in row.cells for column in columns_of(cell))
    _add_unused(headers, names, used, assembly, sheet)


def _add_unused(
    headers: list[Row], names: dict[int, str], used: set[int], assembly: Assembly, sheet: str | None
) -> None:
    """Add the header of a table that names an empty column."""
    if not used.issuperset(names):
        for header in headers:
            assembly.add(_cells(header), "lines", Location(sheet=sheet, row=header.number))


def _cells(row: Row) -> str:
    return " | ".join(" ".join(cell.text.split()) for cell in row.cells)


def _are_remarks(rows: list[Row]) -> bool:
    """Whether rows below an empty one are sentences under a table, one to a row."""
    return all(len(row.cells) == 1 and len(row.cells[0].text.split()) >= _SENTENCE for row in rows)


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
    columns = {column for header in headers for cell in header.cells for column in columns_of(cell)}
    if columns != set(names):
        return True
    below = [row for row in rows if row.number > headers[-1].number]
    return any(not is_name(cell.text) for row in below for cell in row.cells)


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
