"""Parts tables that stand side by side on one sheet, each with a header of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, pairwise

from index.corpus.readers.headers import columns_of, find_headers
from index.corpus.readers.sheets import Row

_MOST_ROWS = 10_000  # of a sheet that is looked at as a whole
_SEEN = 100  # rows of a table that its header is looked for in
_LONGER = 2  # rows that one table has below the end of the other


def side_by_side(rows: Iterable[Row]) -> Iterator[Iterable[Row]]:
    """Yield the rows of each table on a sheet, from left to right.

    An empty column parts two tables if each has two columns and a header, and if these stand in
    different rows, share a name, or one table ends well above the other. Otherwise the column only
    sets the parts of one table apart.
    """
    waiting = iter(rows)
    first = list(islice(waiting, _MOST_ROWS))
    later = list(islice(waiting, 1))
    runs = [] if later else _runs(first)
    tables = [_within(first, run) for run in runs]
    if len(tables) > 1 and all(_are_apart(*pair) for pair in pairwise(tables)):
        yield from tables
    else:
        yield chain(first, later, waiting)


def _runs(rows: list[Row]) -> list[range]:
    """Return the runs of columns that hold text, without an empty column in them."""
    filled = {column for row in rows for cell in row.cells for column in columns_of(cell)}
    runs: list[range] = []
    for column in sorted(filled):
        if runs and runs[-1].stop == column:
            runs[-1] = range(runs[-1].start, column + 1)
        else:
            runs.append(range(column, column + 1))
    return runs


def _within(rows: list[Row], run: range) -> list[Row]:
    parts = (
        replace(row, cells=tuple(cell for cell in row.cells if cell.column in run)) for row in rows
    )
    return [row for row in parts if row.cells]


def _are_apart(left: list[Row], right: list[Row]) -> bool:
    headers = [find_headers(rows[:_SEEN], 2) for rows in (left, right)]
    if not all(headers):
        return False
    if headers[0][0].number != headers[1][0].number:
        return True
    names = [{cell.text.strip().lower() for cell in one[0].cells} for one in headers]
    ends = [rows[-1].number for rows in (left, right)]
    return bool(names[0] & names[1]) or (
        abs(ends[0] - ends[1]) >= _LONGER and _is_full(left) and _is_full(right)
    )


def _is_full(rows: list[Row]) -> bool:
    """Whether a table has no empty cell and no empty row."""
    widths = {len(row.cells) for row in rows}
    return len(widths) == 1 and rows[-1].number - rows[0].number == len(rows) - 1
