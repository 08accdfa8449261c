"""Finds the rules that a PDF page draws, from which the cells of its tables can be told."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Box = tuple[float, float, float, float]  # left, bottom, right, top

FEWEST = 3  # rules of each direction, around two rows and two columns
_THIN = 1.0  # points that a rule may lean
_SHORTEST = 4.0  # points
_NEAR = 3.0  # points between rules that touch or are one
_MOST_CELLS = 5_000  # of a table
_MOST_PATHS, _MOST_SEGMENTS, _MOST_RULES = 5_000, 200, 400  # a drawing has more


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: its place on one axis, and where it begins and ends on the other."""

    place: float
    start: float
    end: float

    def covers(self, at: float) -> bool:
        return self.start - _NEAR < at < self.end + _NEAR


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules that touch one another: the horizontal ones from top to bottom, the others."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def page_edges(page: PdfPage) -> Iterator[Box]:
    """Yield the straight edges of what a page draws, none if it draws more than tables do."""
    import pypdfium2.raw as pdfium

    paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=1)
    first = list(islice(paths, _MOST_PATHS + 1))
    if len(first) <= _MOST_PATHS:
        for path in first:
            yield from _edges(path.raw)


def _edges(path: object) -> Iterator[Box]:
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPath_CountSegments(path)
    if not 1 < count <= _MOST_SEGMENTS:
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    begun = last = (0.0, 0.0)
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begun = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield _box(last, point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield _box(point, begun)
        last = point


def _box(one: tuple[float, float], other: tuple[float, float]) -> Box:
    (left, right), (bottom, top) = (sorted(pair) for pair in zip(one, other, strict=True))
    return left, bottom, right, top


def ruled_tables(edges: Iterable[Box]) -> list[Rules]:
    """Return the rules that edges make up, those together that touch and part some cells."""
    boxes = list(edges)
    across = _merged(
        Rule((bottom + top) / 2, left, right)
        for left, bottom, right, top in boxes
        if top - bottom < _THIN and right - left > _SHORTEST
    )
    down = _merged(
        Rule((left + right) / 2, bottom, top)
        for left, bottom, right, top in boxes
        if right - left < _THIN and top - bottom > _SHORTEST
    )
    if len(across) > _MOST_RULES or len(down) > _MOST_RULES:
        return []
    groups: list[tuple[set[Rule], set[Rule]]] = []  # of rules across and down
    for rule in down:
        touched = {one for one in across if one.covers(rule.place) and rule.covers(one.place)}
        together = [group for group in groups if group[0] & touched]
        groups = [group for group in groups if group not in together]
        merged = touched.union(*(group[0] for group in together))
        groups.append((merged, {rule}.union(*(group[1] for group in together))))
    return [
        Rules(
            tuple(sorted(above, key=lambda one: -one.place)),
            tuple(sorted(beside, key=lambda one: one.place)),
        )
        for above, beside in groups
        if min(len(above), len(beside)) >= FEWEST and len(above) * len(beside) <= _MOST_CELLS
    ]


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Join rules on one line that touch; a rule that is drawn as a thin box has two edges."""
    ordered = sorted(rules, key=lambda one: one.place)
    rows: list[list[Rule]] = []
    for rule in ordered:
        if rows and rule.place - rows[-1][0].place < _NEAR:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    return [joined for row in rows for joined in _joined(row)]


def _joined(row: list[Rule]) -> Iterator[Rule]:
    place = sum(rule.place for rule in row) / len(row)
    row.sort(key=lambda one: one.start)
    start, end = row[0].start, row[0].end
    for _, rule in pairwise(row):
        if rule.start > end + _NEAR:
            yield Rule(place, start, end)
            start = rule.start
            end = rule.end
        end = max(end, rule.end)
    yield Rule(place, start, end)
