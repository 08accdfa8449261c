"""Turns the rows of a table into text, with merged cells in every place that they cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_PAGE = 8  # rows between two headers of a long table; a passage holds more than that
_MOST_COLUMNS = 100  # that one merged cell covers; a page may claim any number


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell, and how many columns and rows it covers; 0 rows are all that are left."""

    text: str
    columns: int = 1
    rows: int = 1


def fill_merged(rows: Iterable[Iterable[TableCell]]) -> list[list[str]]:
    """Return the text of each cell of a grid, that of a merged cell in every place it covers.

    A cell that is alone in its row stands there once.
    """
    filled: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}  # by column: text, and rows that are still covered
    for row in rows:
        texts: list[str] = []
        cells = list(row)
        is_alone = len(cells) == 1 and not below
        for cell in cells:
            _take_covered(texts, below)
            width = 1 if is_alone else max(1, min(cell.columns, _MOST_COLUMNS))
            for _ in range(width):
                if cell.rows != 1:
                    below[len(texts)] = cell.text, cell.rows - 1
                texts.append(cell.text)
        _take_covered(texts, below)
        filled.append(texts)
    return filled


def _take_covered(texts: list[str], below: dict[int, tuple[str, int]]) -> None:
    """Add the cells that merged cells of the rows above cover at this place."""
    while len(texts) in below:
        text, left = below.pop(len(texts))
        if left != 1:  # 0 was given for all rows, which counts down without an end
            below[len(texts)] = text, left - 1
        texts.append(text)


def table_rows(rows: Iterable[Iterable[str]]) -> str:
    """Return a table as text: a line for each row, cells separated by ` | `, no empty rows."""
    lines = (" | ".join(" ".join(cell.split()) for cell in row) for row in rows)
    return "\n".join(repeat_header([line.strip() for line in lines if line.strip(" |")]))


def repeat_header(lines: list[str]) -> list[str]:
    """Return the lines of a table with the one that names its columns before every few rows.

    It stands so on the pages of a printed table; every passage cut from it then holds the names.
    """
    header, below = lines[:1], lines[1:]
    if len(below) <= _PAGE or not names_columns(header[0], below):
        return lines
    pages = (below[at : at + _PAGE] for at in range(0, len(below), _PAGE))
    return [line for page in pages for line in (*header, *page)]


def names_columns(header: str, below: list[str]) -> bool:
    """Whether a line has no figures and each below it has some."""
    return not _has_digit(header) and all(map(_has_digit, below))


def _has_digit(line: str) -> bool:
    return any(map(str.isdigit, line))
