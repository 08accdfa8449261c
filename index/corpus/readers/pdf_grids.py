"""Reads the tables whose cells are ruled on a PDF page, however their texts are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.corpus.readers.pdf_line import Line, parts_of
from index.corpus.readers.pdf_rules import FEWEST, Rule, Rules

_FIRST = 1_000  # the number of the first table of this kind on its page
_SAME = 0.5  # font sizes between base lines that are one
_TALL = 3  # lines in each cell of a row that is several rows without rules between them
# a table has few merged and empty cells, few long texts, and no columns within its cells
_OWN, _FILLED = 0.6, 0.5
_WORDY, _PROSE, _MOST_WORDY = 40, 4, 1 / 3  # words of a long text, and of a line of it
_MOST_ALIGNED = 0.1


@dataclass(slots=True)
class _Cells:
    """The cells of a table: the texts in each, by row and column from the top left."""

    lefts: list[float]
    tops: list[float]
    rules: Rules
    held: dict[tuple[int, int], list[Line]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Rules) -> _Cells:
        lefts = _apart(rule.place for rule in rules.down)
        tops = [-place for place in _apart(-rule.place for rule in rules.across)]
        return cls(lefts, tops, rules)

    def take(self, lines: list[Line]) -> tuple[list[Line], int]:
        """Take the texts in the cells; return the others, and where among them the table stands."""
        others: list[Line] = []
        at: int | None = None
        for line in lines:
            parts = list(parts_of(line))
            places = [None if line.table else self.place(part) for part in parts]
            if not any(places):
                others.append(line)
                continue
            at = len(others) if at is None else at
            for part, place in zip(parts, places, strict=True):
                if place is None:
                    others.append(part)
                else:
                    self.held.setdefault(place, []).append(part)
        return others, at or 0

    def place(self, part: Line) -> tuple[int, int] | None:
        """Return the row and column in which a text stands, None if it is outside."""
        middle, height = (part.left + part.right) / 2, (part.bottom + part.top) / 2
        column = sum(middle > left for left in self.lefts) - 1
        row = sum(height < top for top in self.tops) - 1
        inside = 0 <= column < len(self.lefts) - 1 and 0 <= row < len(self.tops) - 1
        return self._first_of(row, column) if inside else None

    def _first_of(self, row: int, column: int) -> tuple[int, int]:
        """Return the first row and column of the merged cell that covers a place."""
        while column > 0 and not self._is_ruled(self.rules.down, self.lefts[column], row):
            column -= 1
        middle = (self.lefts[column] + self.lefts[column + 1]) / 2
        while row > 0 and not _is_drawn(self.rules.across, self.tops[row], middle):
            row -= 1
        return row, column

    def _is_ruled(self, down: Iterable[Rule], place: float, row: int) -> bool:
        return _is_drawn(down, place, (self.tops[row] + self.tops[row + 1]) / 2)

    def rows(self) -> list[list[list[Line]]]:
        """Return the texts in each cell of each row, those of merged cells wherever they cover."""
        found = []
        for firsts in self._firsts():
            cells = [self.held.get(first, []) for first in firsts]
            found.append(cells[:1] if len(set(firsts)) == 1 else cells)
        return found

    def hold_a_table(self) -> bool:
        """Whether these are the cells of a table, no frames around texts and no drawing."""
        if min(len(self.lefts), len(self.tops)) < FEWEST:
            return False
        firsts = self._firsts()
        own = {first for row in firsts for first in row}
        several = [row for row in firsts if len({one for one in row if self.held.get(one)}) > 1]
        lines = [_base_lines(cell) for cell in self.held.values()]
        wordy = sum(map(_is_wordy, lines))
        aligned = sum(len(line) > 1 for cell in lines for line in cell)
        return (
            len(several) > 1
            and len(own) >= _OWN * len(firsts) * len(firsts[0])
            and len(self.held) >= _FILLED * len(own)
            and wordy <= _MOST_WORDY * len(lines)
            and aligned <= _MOST_ALIGNED * sum(map(len, lines))
        )

    def _firsts(self) -> list[list[tuple[int, int]]]:
        """Return for each place the first row and column of the cell that covers it."""
        columns = range(len(self.lefts) - 1)
        return [
            [self._first_of(row, column) for column in columns] for row in range(len(self.tops) - 1)
        ]


def _is_wordy(lines: list[list[Line]]) -> bool:
    words = sum(len(part.text.split()) for line in lines for part in line)
    return words > max(_WORDY, _PROSE * len(lines))


def _is_drawn(rules: Iterable[Rule], place: float, at: float) -> bool:
    return any(abs(rule.place - place) < 3 and rule.start < at < rule.end for rule in rules)


def tables_among(lines: list[Line], found: Iterable[Rules]) -> list[Rules]:
    """Return the rules that are those of tables, by the lines that they part."""
    tables = []
    for rules in found:
        cells = _Cells.of(rules)
        cells.take(lines)
        if cells.hold_a_table():
            tables.append(rules)
    return tables


def with_ruled_rows(lines: list[Line], tables: Iterable[Rules]) -> list[Line]:
    """Return the lines with those in ruled tables replaced by one line for each row."""
    for number, rules in enumerate(tables, start=_FIRST):
        cells = _Cells.of(rules)
        others, at = cells.take(lines)
        rows = [row for drawn in cells.rows() for row in _drawn_rows(drawn)]
        lines = [*others[:at], *(_as_line(row, number) for row in rows if any(row)), *others[at:]]
    return lines


def _apart(places: Iterable[float]) -> list[float]:
    """Return places in order, without those that are too near to hold text between them."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > 5:
            kept.append(place)
    return kept


def _drawn_rows(cells: list[list[Line]]) -> Iterator[list[list[Line]]]:
    """Yield a row, or the rows of a table that draws no rules between them."""
    filled = [cell for cell in cells if cell]
    counts = {len(_base_lines(cell)) for cell in filled}
    if len(filled) < 2 or len(counts) != 1 or min(counts) < _TALL:
        yield cells
        return
    for group in zip(*(_base_lines(cell) for cell in filled), strict=True):
        waiting = iter(group)
        yield [next(waiting) if cell else [] for cell in cells]


def _base_lines(cell: list[Line]) -> list[list[Line]]:
    """Return the texts of a cell by their base lines, from the top."""
    found: list[list[Line]] = []
    for part in sorted(cell, key=lambda one: -one.bottom):
        if found and found[-1][0].bottom - part.bottom < _SAME * part.size:
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _as_line(row: list[list[Line]], table: int) -> Line:
    parts = [part for cell in row for part in cell]
    return replace(
        parts[0],
        text=" | ".join(map(_text, row)),
        left=min(part.left for part in parts),
        right=max(part.right for part in parts),
        bottom=min(part.bottom for part in parts),
        top=max(part.top for part in parts),
        hyphen=False,
        gaps=(),
        table=table,
    )


def _text(cell: list[Line]) -> str:
    """Return the text of a cell on one line; a hyphen that breaks a word is left out."""
    words = [part for group in _base_lines(cell) for part in sorted(group, key=lambda p: p.left)]
    text = ""
    for before, part in pairwise([None, *words]):
        joined = before is None or before.hyphen
        text += ("" if joined else " ") + (part.text.strip() if part else "")
    return text
