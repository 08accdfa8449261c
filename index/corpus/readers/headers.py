"""Finds the rows of a table that name its columns."""

from __future__ import annotations

import regex

from index.corpus.readers.sheets import Cell, Row

_NUMBER = regex.compile(
    r"[-+(]?\s?\p{Sc}?\s?[-+]?[.,]?\d(?:[\s.,'’]?\d)*+[.,]?(?:[eE][-+]?\d+)?"
    r"\s?(?:%|\p{Sc}|\p{Lu}{3})?\)?"
)
_YEAR = regex.compile(r"(?:1[5-9]|20)\d\d")
_DATE = regex.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ].*)?")
_LONGEST_NAME = 200  # characters


def find_headers(rows: list[Row], fewest: int) -> list[Row]:
    """Return the row or two that name the columns, if there are any and something below them.

    The header is the first row at least half as wide as the widest, unless it holds a number or a
    date. Titles that stand above a table are narrower. A second row belongs to it if it only
    names columns that a cell of the first covers together.
    """
    widest = max((len(row.cells) for row in rows), default=0)
    least = max(min(widest, 2), -(-widest // 2))
    place = next((place for place, row in enumerate(rows) if len(row.cells) >= least), 0)
    below = rows[place + 1 :]
    if widest < fewest or not _are_names(rows[place]):
        return []
    if all(row.cells == rows[place].cells for row in below):
        return []  # there is nothing that it would name
    header = rows[place]
    together = {one for cell in header.cells if cell.width > 1 for one in columns_of(cell)}
    parts = set(below[0].cells) - {cell for cell in header.cells if cell.width == 1}
    is_second = parts and {cell.column for cell in parts} <= together and _are_names(below[0])
    return [header, below[0]] if is_second and len(below) > 1 else [header]


def columns_of(cell: Cell) -> range:
    """Return the columns that a cell covers."""
    return range(cell.column, cell.column + cell.width)


def names_of(headers: list[Row]) -> dict[int, str]:
    """Return the name of each column."""
    names: dict[int, list[str]] = {}
    for header in headers:
        for cell in header.cells:
            for column in columns_of(cell):
                names.setdefault(column, []).append(" ".join(cell.text.split()))
    return {column: " ".join(dict.fromkeys(parts)) for column, parts in names.items()}


def _are_names(row: Row) -> bool:
    return all(is_name(cell.text) for cell in row.cells)


def is_name(text: str) -> bool:
    """Whether a text may name a column: a year may, another number or a date may not."""
    text = text.strip()
    if len(text) > _LONGEST_NAME or _DATE.fullmatch(text):
        return False
    return bool(_YEAR.fullmatch(text)) or not _NUMBER.fullmatch(text)
