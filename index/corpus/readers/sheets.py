"""What all spreadsheets have: rows of cells, some of them merged or hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_NAMED = 10  # hidden rows or columns that a note names


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


@dataclass(frozen=True, slots=True)
class MergedCells:
    """Cells that show the value of the first among them; rows count from 1, columns from 0."""

    first_row: int
    last_row: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class HiddenCells:
    """The rows of a sheet, from 1, and its columns, from 0, that are hidden."""

    rows: frozenset[int]
    columns: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns)

    def note(self, sheet: str) -> str:
        """Return a line that names the rows and columns of a sheet that were left out."""
        letters = list(map(_letters, sorted(self.columns)))
        parts = (("rows", sorted(self.rows)), ("columns", letters))
        named = ", ".join(
            f"hidden {name} {', '.join(map(str, found[:_NAMED]))}"
            + (f" and {len(found) - _NAMED} more" if len(found) > _NAMED else "")
            for name, found in parts
            if found
        )
        return f"left out of {sheet}: {named}"

    def without(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows and cells that are shown."""
        for row in rows:
            if row.number not in self.rows:
                cells = (cell for cell in row.cells if cell.column not in self.columns)
                yield replace(row, cells=tuple(cells))


def hidden_sheets_note(names: Sequence[str]) -> list[str]:
    """Return a line that names the sheets that were left out, none without them."""
    return [f"left out hidden sheets: {', '.join(names)}"] if names else []


def fill_merged(rows: Iterable[Row], merged: list[MergedCells]) -> Iterator[Row]:
    """Give the value of merged cells to each row that they cover, and their width to the first."""
    waiting = sorted(merged, key=lambda one: -one.first_row)
    open_now: list[tuple[MergedCells, Cell]] = []
    for row in rows:
        open_now = [(one, cell) for one, cell in open_now if row.number <= one.last_row]
        cells = {cell.column: cell for cell in row.cells}
        while waiting and waiting[-1].first_row <= row.number:
            one = waiting.pop()
            if one.first_row == row.number and one.column in cells:
                cells[one.column] = replace(cells[one.column], width=one.width)
                open_now.append((one, cells[one.column]))
        if cells:
            cells = {cell.column: cell for _, cell in open_now} | cells
        yield Row(row.number, tuple(cells[column] for column in sorted(cells)))


def _letters(column: int) -> str:
    """Return the name of a column, which counts from 0: A to Z, AA and so on."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name
