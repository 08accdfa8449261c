"""Turns the lines of PDF pages into paragraphs in reading order, without running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

from index.corpus.readers.pdf_line import Line
from index.types import BlockKind

_NUMBER = re.compile(r"\d{1,5}(?!\d)")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page |p\. ?|seite )?(\d{1,9})(?: ?(?:of|/|von) ?\d{1,9})?\W*", re.IGNORECASE
)
_BULLET = re.compile(r"(?:[•‣▪●◦–*-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s")
_SENTENCE_END = re.compile(r"[.!?:;。！？]['\"”’)\]]*$")
_SENTENCE_GAP = re.compile(r"[.!?。！？]['\"”’)\]]*\s+")
_FIRST_SENTENCE = re.compile(r".*?[.!?。！？]['\"”’)\]]*(?=\s|\Z)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_EDGE_ROWS = 3  # at the top and the bottom of a page, that may be running heads or feet
_EDGE_GAP = 1.7  # font sizes between them and the text
_HEAD_ROWS = 2  # of a table that is the head of a page
_SAME_HEIGHT = 6.0  # points
_SHORT = 0.75  # of a column: a line that ends before was broken off on purpose


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, one to a line, with hyphenated words joined.

    A table has a line for each row, with bars between the cells.
    """

    text: str
    kind: BlockKind
    size: float
    is_table: bool = False


def without_running_lines(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Return the pages without page numbers and without heads and feet that repeat.

    A running line stands at the same height on three pages, or on all of a shorter document; a
    number in it may count the pages. Heads of chapters share only such a number, first or last in
    its line, on a third of the pages. Lines in type larger than the text are kept, because slides
    repeat their titles, and so are rows of tables and pages that hold nothing else.
    """
    largest = 1.2 * text_size(pages)
    edges = [_edge_lines(page) for page in pages]
    counts = Counter(
        key
        for number, edge in enumerate(edges, start=1)
        for key in {key for line in edge for key in _keys(line, number)}
    )
    needed = max(2, min(3, len(pages)))

    tables = [Counter(line.table for line in page if line.table) for page in pages]

    def recurs(line: Line, number: int) -> bool:
        if tables[number - 1][line.table] > _HEAD_ROWS and not any(map(str.isdigit, line.text)):
            return False  # the names of a table's columns stand at the top of each page
        stated = _PAGE_NUMBER.fullmatch(line.text.strip())
        if stated and int(stated[1]) == number:
            return True
        if line.size > largest:
            return False
        return any(
            counts[key] >= (needed if key[0] else max(3, len(pages) / 3))
            for key in _keys(line, number)
        )

    return [
        [line for line in page if line not in edge or not recurs(line, number)] or page
        for number, (page, edge) in enumerate(zip(pages, edges, strict=True), start=1)
    ]


def text_size(pages: Sequence[list[Line]]) -> float:
    """Return the font size of most of the text, in points; 0 if there is no text."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _edge_lines(page: list[Line]) -> list[Line]:
    """Return the few lines above the first gap and below the last, else the outermost lines."""
    rows: dict[int, list[Line]] = {}
    for line in page:
        rows.setdefault(_height(line), []).append(line)
    heights = sorted(rows)
    outer = {height for side in (heights, heights[::-1]) for height in _before_gap(side, rows)}
    return [line for height in outer for line in rows[height]]


def _before_gap(heights: list[int], rows: dict[int, list[Line]]) -> list[int]:
    for number, (outer, inner) in enumerate(pairwise(heights[: _EDGE_ROWS + 1]), start=1):
        if abs(outer - inner) * _SAME_HEIGHT > _EDGE_GAP * rows[outer][0].size:
            return heights[:number]
    return heights[:1]


def _height(line: Line) -> int:
    return round(line.bottom / _SAME_HEIGHT)


def _keys(line: Line, page: int) -> Iterator[tuple[str, int, int]]:
    """Yield the keys that running lines share: text, height, and a number minus the page's number.

    The rows of a table share no key. The text is empty where the number stands first or last,
    because the rest of the line may be the name of the chapter.
    """
    text, height = line.text.strip(), _height(line)
    yield text, height, 0
    for number in _NUMBER.finditer(text):
        ahead = int(number[0]) - page
        yield f"{text[: number.start()]}#{text[number.end() :]}", height, ahead
        if number.start() == 0 or number.end() == len(text):
            yield "", height, ahead


def paragraphs(
    lines: list[Line], words: Counter[str], is_title: Callable[[Line], bool]
) -> Iterator[Paragraph]:
    """Yield the paragraphs of a page; `words` are those of the document, for hyphens.

    A title is a paragraph. Tables and forms, most of whose lines end early, come as lines.
    """
    if not lines:
        return
    column = _column_width(lines)
    pitch = _pitch(lines)
    group: list[Line] = []
    for line in lines:
        titled = is_title(line) or (len(group) == 1 and is_title(group[0]))
        if group and (titled or _begins(line, group, pitch, column)):
            yield _paragraph(group, words, column)
            group = []
        group.append(line)
    yield _paragraph(group, words, column)


def _column_width(lines: list[Line]) -> float:
    widths = [line.width for line in lines]
    # inclusive: of few lines, none is wider
    return quantiles(widths, n=10, method="inclusive")[-1] if len(widths) > 1 else widths[0]


def _pitch(lines: list[Line]) -> float:
    """Return how far lines stand from one another, in font sizes."""
    steps = [
        (above.bottom - below.bottom) / above.size
        for above, below in pairwise(lines)
        if 0 < above.bottom - below.bottom < 3 * above.size
    ]
    return median(steps) if steps else 1.2


def across_pages(before: str, after: str, words: Counter[str]) -> tuple[str, str, str] | None:
    """Return a sentence that goes on over a page break, with the texts before and after it.

    None if the page ends with a sentence, or the next page does not go on with one.
    """
    rest = _FIRST_SENTENCE.match(after)
    if not rest or not after[:1].islower() or _SENTENCE_END.search(before):
        return None
    starts = [0, *(end.end() for end in _SENTENCE_GAP.finditer(before))]
    begun, ended = before[starts[-1] :], rest[0].strip()
    if begun.endswith("-"):
        first = (begun[:-1].split() or [""])[-1]
        hyphen = _hyphen_between(first, ended.split()[0], words)
        sentence = begun[:-1] + hyphen + ended
    else:
        sentence = f"{begun}\n{ended}"
    return before[: starts[-1]].strip(), sentence, after[rest.end() :].strip()


def _begins(line: Line, group: list[Line], pitch: float, column: float) -> bool:
    last = group[-1]
    if line.table or last.table:
        return line.table != last.table
    if last.hyphen:
        return False
    if abs(line.size - last.size) > 0.1 * last.size or _BULLET.match(line.text):
        return True
    step = (last.bottom - line.bottom) / last.size
    if step < -0.5:  # the next column
        return bool(_SENTENCE_END.search(last.text)) or not line.text[:1].islower()
    if step > 1.3 * pitch:
        return True
    indented = line.left - last.left > 0.8 * line.size and line.left - last.left < 5 * line.size
    ended = last.width < _SHORT * column and bool(_SENTENCE_END.search(last.text))
    return ended or (indented and len(group) > 1 and bool(_SENTENCE_END.search(last.text)))


def _paragraph(group: list[Line], words: Counter[str], column: float) -> Paragraph:
    inner = group[:-1]
    broken = sum(line.width < _SHORT * column or bool(line.gaps) for line in inner)
    is_table = bool(group[0].table)
    kind: BlockKind = "lines" if is_table or (inner and broken > len(inner) / 2) else "prose"
    return Paragraph(_mended(group, words), kind, group[0].size, is_table)


def count_words(pages: Sequence[list[Line]]) -> Counter[str]:
    """Count the words that are whole on a line, in lower case."""
    counts: Counter[str] = Counter()
    for page in pages:
        parted = False
        for line in page:
            found = _WORD.findall(line.text.lower())
            counts.update(found[parted : len(found) - line.hyphen])
            parted = line.hyphen
    return counts


def _mended(group: list[Line], words: Counter[str]) -> str:
    """Join lines; a hyphenated word goes to the line where it begins."""
    text = ""
    parted = False
    for line in group:
        if not parted:
            text += f"\n{line.text}" if text else line.text
        else:
            rest, _, others = line.text.partition(" ")
            before = text.split()[-1] if text.split() else ""
            text += _hyphen_between(before, rest, words) + rest + (f"\n{others}" if others else "")
        parted = line.hyphen
    return text + "-" if parted else text


def _hyphen_between(before: str, rest: str, words: Counter[str]) -> str:
    """Return the hyphen of a compound word, "" where it only breaks a word at a line's end."""
    if not rest[:1].islower() or not before[-1:].isalpha():
        return "-"
    first = (_WORD.findall(before.lower()) or [""])[-1]
    second = (_WORD.findall(rest.lower()) or [""])[0]
    return "-" if words[f"{first}-{second}"] > words[first + second] else ""
