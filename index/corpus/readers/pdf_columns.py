"""Puts the lines of a PDF page into reading order: columns one by one, tables row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from statistics import median

from index.corpus.readers.pdf_line import Gap, Line, cut, parts_of

_FEWEST_LINES = 3  # that share their gutters, in columns or in a table
_FEWEST_WIDE = 4  # of two columns whose lines are long, which need share no more than a gutter
_LONG_CELL = 4  # words, at the median
_MOST_LOWER = 0.4  # the share of cells that go on from the line above where they are columns
_MARKER = re.compile(r"\W{1,2}|[.(]\w{1,4}[.)]?|\w{1,4}[.)]|\d{1,2}(?:\.\d{1,2})+|\[\w{1,4}\]")
_APART = 1.5  # times as far as the lines of a table are from each other
_LEVEL = 0.3  # font sizes between base lines that are one
_WRAPPED = 1.6  # font sizes from a line of a cell to its next

Gutters = tuple[float, ...]


def in_reading_order(lines: list[Line]) -> list[Line]:
    """Return the lines column by column where the file draws columns line by line.

    A gutter is a vertical strip that the wide gaps of several lines share, with text on both
    sides. Rows of a table become lines whose cells are separated by bars. Lines across a gutter
    are read where they stand.
    """
    if gutter := _wide_gutter([line for line in lines if len(line.gaps) == 1]):
        return list(_by_column(lines, (gutter,)))
    ordered: list[Line] = []
    tables = 0
    start = 0
    drawn = list(_side_by_side(lines))
    rows = [_as_one(row) for row in drawn]
    while start < len(rows):
        end, gutters = _run(rows, start)
        if not gutters or _is_list(rows[start:end], gutters):
            ordered += [line for row in drawn[start:end] for line in row]
        elif _is_prose(rows[start:end], gutters):
            ordered += _by_column(rows[start:end], gutters)
        else:
            tables += 1
            ordered += _rows(rows[start:end], gutters, tables)
        start = end
    return ordered


def _side_by_side(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield lines that follow one another on one base line; cells may be drawn one by one."""
    row: list[Line] = []
    for line in lines:
        if row:
            last = row[-1]
            is_level = abs(line.bottom - last.bottom) < _LEVEL * line.size
            is_level = is_level and not (line.table or last.table)
            if not is_level or line.left < last.right + line.size or last.hyphen:
                yield row
                row = []
        row.append(line)
    if row:
        yield row


def _as_one(row: list[Line]) -> Line:
    """Return lines on one base line as a line with gaps."""
    whole = row[0]
    for line in row[1:]:
        length = len(whole.text) + 1
        gap = Gap(whole.right, line.left, length)
        moved = (replace(gap, length=gap.length + length) for gap in line.gaps)
        text = f"{whole.text} {line.text}"
        gaps = (*whole.gaps, gap, *moved)
        whole = replace(whole, text=text, right=line.right, hyphen=line.hyphen, gaps=gaps)
    return whole


def _run(lines: list[Line], start: int) -> tuple[int, Gutters]:
    """Return where the lines end that share the gutters of the line at `start`, and these.

    Without at least three such lines, no gutters and the next line.
    """
    strips = [(gap.start, gap.end) for gap in lines[start].gaps]
    end = start
    full = 0
    while strips and end < len(lines):
        line = lines[end]
        merged = None if line.table else _shared(strips, line)
        if merged is None or (not line.gaps and _stands_apart(lines[start : end + 1])):
            break
        full += len(line.gaps) == len(strips)
        strips = merged
        end += 1
    if full < _FEWEST_LINES:
        return start + 1, ()
    while not lines[end - 1].gaps and lines[end - 1].left < strips[0][0]:
        end -= 1  # what stands below the first column alone is no row
    return end, tuple((left + right) / 2 for left, right in strips)


def _stands_apart(lines: list[Line]) -> bool:
    """Whether the last line is farther from the one above than these are from each other."""
    steps = [above.bottom - below.bottom for above, below in pairwise(lines)]
    return len(steps) > 1 and steps[-1] > _APART * median(steps[:-1])


def _shared(strips: list[tuple[float, float]], line: Line) -> list[tuple[float, float]] | None:
    """Return the strips that a line leaves free too, None if its text stands in one of them."""
    free = [(float("-inf"), line.left), *((gap.start, gap.end) for gap in line.gaps)]
    free.append((line.right, float("inf")))
    if not line.gaps and line.left < strips[0][0] and line.right > strips[-1][1]:
        return None
    merged = []
    for left, right in strips:
        found = [(max(left, one), min(right, other)) for one, other in free]
        widest = max(found, key=lambda strip: strip[1] - strip[0])
        if widest[1] - widest[0] < line.size / 4:
            return None
        merged.append(widest)
    # more gaps than gutters: the line belongs to a table of more columns
    return merged if len(line.gaps) <= len(strips) else None


def _is_prose(lines: list[Line], gutters: Gutters) -> bool:
    """Whether the text of columns goes on from line to line; the cells of a table begin anew."""
    rows = [_cells(line, gutters) for line in lines]
    cells = [cell.text for row in rows[1:] for cell in row if cell is not None]
    lower = sum(cell[:1].islower() for cell in cells)
    return lower >= _MOST_LOWER * len(cells)


def _is_list(lines: list[Line], gutters: Gutters) -> bool:
    """Whether the first column holds nothing but the bullets or numbers of items."""
    first = [cells[0] for cells in (_cells(line, gutters) for line in lines)]
    return all(cell is None or _MARKER.fullmatch(cell.text.strip()) for cell in first)


def _wide_gutter(gapped: list[Line]) -> float | None:
    """Return the gutter of two columns of long lines, which most lines with one gap share."""
    if len(gapped) < _FEWEST_WIDE:
        return None
    middle = median((line.gaps[0].start + line.gaps[0].end) / 2 for line in gapped)
    sharing = [line for line in gapped if line.gaps[0].start <= middle <= line.gaps[0].end]
    if len(sharing) < _FEWEST_WIDE or len(sharing) < 0.7 * len(gapped):
        return None
    for side in zip(*(_parted(line) for line in sharing), strict=True):
        if median(len(line.text.split()) for line in side) < _LONG_CELL:
            return None  # names and values, or cells of a table
    return middle


def _by_column(lines: list[Line], gutters: Gutters) -> Iterator[Line]:
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    for line in lines:
        if _is_across(line, gutters):
            for column in columns:
                yield from column
                column.clear()
            yield line
            continue
        for column, cell in zip(columns, _cells(line, gutters), strict=True):
            if cell is not None:
                column.append(cell)
    for column in columns:
        yield from column


def _is_across(line: Line, gutters: Gutters) -> bool:
    return any(
        line.left < gutter < line.right
        and not any(gap.start <= gutter <= gap.end for gap in line.gaps)
        for gutter in gutters
    )


def _rows(lines: list[Line], gutters: Gutters, table: int) -> Iterator[Line]:
    """Yield each row of a table as a line; the next line of a wrapped cell joins its row."""
    last: list[str] = []
    whole: Line | None = None
    for line in lines:
        texts = [cell.text.strip() if cell else "" for cell in _cells(line, gutters)]
        is_near = whole is not None and whole.bottom - line.bottom < _WRAPPED * line.size
        if whole is not None and not texts[0] and is_near and _goes_on(texts):
            last = [" ".join(filter(None, pair)) for pair in zip(last, texts, strict=True)]
            whole = replace(whole, text=" | ".join(last), bottom=line.bottom)
            continue
        if whole is not None:
            yield whole
        last = texts
        whole = replace(line, text=" | ".join(texts), hyphen=False, table=table)
    if whole is not None:
        yield whole


def _goes_on(texts: list[str]) -> bool:
    """Whether the cells of a line continue those above: one alone, or all in lower case."""
    filled = [text for text in texts if text]
    return len(filled) == 1 or all(text[0].islower() for text in filled)


def _cells(line: Line, gutters: Gutters) -> list[Line | None]:
    """Return the part of a line in each column, None where it has none."""
    cells: list[Line | None] = [None] * (len(gutters) + 1)
    for part in parts_of(line):
        middle = (part.left + part.right) / 2
        column = sum(middle > gutter for gutter in gutters)
        before = cells[column]
        if before is None:
            cells[column] = part
        else:
            text = f"{before.text} {part.text}"
            cells[column] = replace(before, text=text, right=part.right, hyphen=part.hyphen)
    return cells


def _parted(line: Line) -> tuple[Line, Line]:
    return cut(line, line.gaps[0])
