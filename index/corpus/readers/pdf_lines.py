"""Finds the lines of a PDF page, with their positions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from index.corpus.readers.pdf_grids import tables_among, with_ruled_rows
from index.corpus.readers.pdf_line import Gap, Line
from index.corpus.readers.pdf_rules import Box, Rule, Rules, page_edges, ruled_tables
from index.corpus.readers.scripts import lowered, raised

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_HYPHEN = 0x02  # pdfium's code for a hyphen that breaks a word at the end of a line
_SOFT_HYPHEN = "\xad"
_SAMPLED = 8  # the direction of a page's text is taken from every eighth character
_FIGURES = set(map(ord, "0123456789+-−"))
_SMALL = 0.85  # of the size of its line: what a raised or lowered figure has at most
_RAISED, _LOWERED = 0.15, 0.05  # of the size of the line, from its base line
_GAP = 1.0  # in font sizes: wider than justified text is spaced, narrower than columns are


def page_lines(page: PdfPage) -> list[Line]:
    """Return the lines of a page in the order in which the file draws them.

    Each row of a table whose cells are ruled is one line.
    """
    text_page = page.get_textpage()
    try:
        turn = _turn_of(text_page)
        found = ruled_tables(_turned(edge, turn) for edge in page_edges(page))
        lines = _drawn(text_page, turn, found)
        ruled = tables_among(lines, found)
        if len(ruled) < len(found):  # the rules of drawings part no words
            lines = _drawn(text_page, turn, ruled)
    finally:
        text_page.close()
    return with_ruled_rows(lines, ruled)


def _drawn(page: PdfTextPage, turn: int, tables: list[Rules]) -> list[Line]:
    rules = [rule for one in tables for rule in one.down]
    lines = list(_lines(page, turn, rules))
    ups = sum(below.bottom > above.top for above, below in pairwise(lines))
    downs = sum(below.top < above.bottom for above, below in pairwise(lines))
    if ups > downs:  # pdfium gives the lines of text that runs downwards from last to first
        lines.reverse()
    return _rejoined(lines, rules)


def _turn_of(page: PdfTextPage) -> int:
    """Return by how many quarters most of the text of a page is turned."""
    import pypdfium2.raw as pdfium

    turns = Counter(  # pdfium measures angles clockwise
        round(-pdfium.FPDFText_GetCharAngle(page, index) / (math.pi / 2)) % 4
        for index in range(0, page.count_chars(), _SAMPLED)
    )
    return turns.most_common(1)[0][0] if turns else 0


def _lines(page: PdfTextPage, turn: int, rules: list[Rule]) -> Iterator[Line]:
    import pypdfium2.raw as pdfium

    count = page.count_chars()
    codes = [pdfium.FPDFText_GetUnicode(page, index) for index in range(count)]
    start = 0
    for index in range(count + 1):
        at_end = index == count or codes[index] in (0x0A, 0x0D)
        if at_end or codes[index] == _HYPHEN:
            line = _line(page, range(start, index), codes, turn, rules)
            if line is not None:
                yield replace(line, hyphen=True) if not at_end else line
            start = index + 1


def _line(
    page: PdfTextPage, indexes: range, codes: list[int], turn: int, rules: list[Rule]
) -> Line | None:
    shown = [index for index in indexes if codes[index] and not chr(codes[index]).isspace()]
    if not shown:
        return None
    boxes = {index: _turned(page.get_charbox(index, loose=True), turn) for index in shown}
    # the first character may be a bullet, and any of them a raised number
    sampled = [shown[len(shown) * part // 4] for part in (1, 2, 3)]
    size, middle = max((_size(page, index), index) for index in sampled)
    size = size or boxes[shown[0]][3] - boxes[shown[0]][1]
    height = (boxes[shown[0]][1] + boxes[shown[0]][3]) / 2
    beside = [rule.place for rule in rules if rule.start < height < rule.end]
    gaps = [
        Gap(boxes[before][2], boxes[after][0], after - shown[0])
        for before, after in pairwise(shown)
        if (after > before + 1 and boxes[after][0] - boxes[before][2] > _GAP * size)
        or (beside and _are_parted(boxes[before], boxes[after], beside))
    ]
    scripts = {
        index: script
        for index in shown
        if codes[index] in _FIGURES and (script := _script(page, index, boxes, middle, size))
    }
    text = "".join(
        scripts[index](chr(codes[index])) if index in scripts else chr(codes[index])
        for index in range(shown[0], shown[-1] + 1)
    )
    # a pair of surrogates stands for one character
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Line(
        text=text.rstrip(_SOFT_HYPHEN),
        left=min(box[0] for box in boxes.values()),
        bottom=boxes[shown[0]][1],
        right=max(box[2] for box in boxes.values()),
        top=boxes[shown[0]][3],
        size=size,
        hyphen=text.endswith(_SOFT_HYPHEN),
        gaps=tuple(gaps),
    )


def _are_parted(before: Box, after: Box, rules: list[float]) -> bool:
    """Whether a rule stands between the middles of two characters."""
    left, right = (before[0] + before[2]) / 2, (after[0] + after[2]) / 2
    return any(left < place < right for place in rules)


def _script(
    page: PdfTextPage, index: int, boxes: dict[int, Box], middle: int, size: float
) -> Callable[[str], str] | None:
    """Return a small figure off the base line as superscript or subscript is written in text."""
    small = _size(page, index)
    if not small or small > _SMALL * size:
        return None
    # descenders take about a fifth of a font's size below its base line
    rise = boxes[index][1] + small / 5 - boxes[middle][1] - size / 5
    if rise > _RAISED * size:
        return raised
    return lowered if rise < -_LOWERED * size else None


def _size(page: PdfTextPage, index: int) -> float:
    """Return the size of a character's font as it is drawn, in points."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(page, index, matrix)
    scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
    size: float = pdfium.FPDFText_GetFontSize(page, index)
    return size * scale


def _turned(box: Box, turn: int) -> Box:
    """Rotate a box clockwise by `turn` quarters; text that runs upwards needs one."""
    left, bottom, right, top = box
    for _ in range(turn):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def _rejoined(lines: list[Line], rules: list[Rule]) -> list[Line]:
    """Join lines that stand side by side and close, such as the text after a raised number."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is None or last.hyphen or not _goes_on(last, line):
            joined.append(line)
            continue
        space = " " if line.left - last.right > 0.15 * last.size else ""
        length = len(last.text) + len(space)
        height = (line.bottom + line.top) / 2
        ruled = any(
            rule.start < height < rule.end and last.right - 1 < rule.place < line.left + 1
            for rule in rules
        )
        here = (Gap(last.right, line.left, length),) if ruled else ()
        moved = (replace(gap, length=gap.length + length) for gap in line.gaps)
        text = line.text
        if line.size < _SMALL * last.size and text.strip().isdigit():
            text = raised(text) if line.bottom > last.bottom else text
        joined[-1] = replace(
            last,
            text=f"{last.text}{space}{text}",
            right=line.right,
            hyphen=line.hyphen,
            gaps=(*last.gaps, *here, *moved),
        )
    return joined


def _goes_on(last: Line, line: Line) -> bool:
    shared = min(last.top, line.top) - max(last.bottom, line.bottom)
    height = min(last.top - last.bottom, line.top - line.bottom)
    apart = line.left - last.right
    return shared > 0.5 * height and -0.3 * last.size < apart < _GAP * last.size
