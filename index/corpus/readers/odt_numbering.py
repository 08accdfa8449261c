"""Computes the numbers before list items and headings (OpenDocument 1.3 part 3, 4.3 and 16.30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.corpus.readers.numerals import numeral
from index.corpus.readers.opendocument import STYLE, TEXT, count_in

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MOST_STYLES = 12  # that are based on one another
_OUTLINE = ""  # the list style of headings, which has no name


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level is numbered; without a format it has no numbers."""

    format: str
    prefix: str
    suffix: str
    start: int
    shown: int  # levels in its numbers: 2 in "3.1"


@dataclass(slots=True)
class List:
    """A list with the lists in it: its style, and the last number of each level."""

    style: str
    depth: int = 1
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numberings of a document; `enter` and `item` are called for its lists in order."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._paragraphs: dict[str, Element] = {}  # styles
        for root in roots:
            for style in root.iter(f"{TEXT}list-style", f"{TEXT}outline-style"):
                is_list = style.tag == f"{TEXT}list-style"
                name = style.get(f"{STYLE}name", "") if is_list else _OUTLINE
                for level in style:
                    self._levels[name, count_in(level, f"{TEXT}level")] = _level(level)
            for style in root.iter(f"{STYLE}style"):
                self._paragraphs[style.get(f"{STYLE}name", "")] = style
        self._last: dict[str, List] = {}  # by style
        self._named: dict[str | None, List] = {}  # by the id of a list
        self._outline = List(_OUTLINE)

    def enter(self, element: Element, outer: List | None) -> List:
        """Return the list that an element begins, or goes on with."""
        style = element.get(f"{TEXT}style-name") or (outer.style if outer else "")
        if outer:
            return List(style, outer.depth + 1, outer.counts)
        style = style or self._style_of(element)
        found = self._named.get(element.get(f"{TEXT}continue-list"))
        if element.get(f"{TEXT}continue-numbering") == "true":
            found = found or self._last.get(style)
        entered = List(style, counts=found.counts if found else {})
        self._last[style] = entered
        if identity := element.get("{http://www.w3.org/XML/1998/namespace}id"):
            self._named[identity] = entered
        return entered

    def item(self, item: Element, within: List) -> str:
        """Return the number of a list item with a space after it, "" if it has none."""
        stated = item.find(f"{TEXT}number")
        start = item.get(f"{TEXT}start-value", "")
        number = self._next(within, int(start) if start.isdigit() else None)
        return f"{stated.text.strip()} " if stated is not None and stated.text else number

    def heading(self, heading: Element, depth: int) -> str:
        """Return the number of a heading that is in no list."""
        if heading.get(f"{TEXT}is-list-header") == "true":
            return ""
        stated = heading.find(f"{TEXT}number")
        number = self._next(List(_OUTLINE, depth, self._outline.counts), None)
        return f"{stated.text.strip()} " if stated is not None and stated.text else number

    def _next(self, within: List, start: int | None) -> str:
        level = self._levels.get((within.style, within.depth))
        counts, depth = within.counts, within.depth
        first = level.start if level else 1
        counts[depth] = counts.get(depth, first - 1) + 1 if start is None else start
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level is None or not level.format:
            return ""
        numbers = []
        for one in range(depth - level.shown + 1, depth + 1):
            above = self._levels.get((within.style, one))
            if above and above.format:
                style = _STYLES.get(above.format, "decimal")
                numbers.append(numeral(counts.get(one, above.start), style))
        return f"{level.prefix}{'.'.join(numbers)}{level.suffix}".strip() + " "

    def _style_of(self, element: Element) -> str:
        """Return the list style that the style of the first paragraph in a list names."""
        first = next(element.iter(f"{TEXT}p", f"{TEXT}h"), None)
        name = None if first is None else first.get(f"{TEXT}style-name")
        for _ in range(_MOST_STYLES):
            style = self._paragraphs.get(name or "")
            if style is None:
                return ""
            if found := style.get(f"{STYLE}list-style-name"):
                return str(found)
            name = style.get(f"{STYLE}parent-style-name")
        return ""


def _level(level: Element) -> _Level:
    is_numbered = level.tag in (f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style")
    return _Level(
        level.get(f"{STYLE}num-format", "") if is_numbered else "",
        level.get(f"{STYLE}num-prefix", ""),
        level.get(f"{STYLE}num-suffix", ""),
        count_in(level, f"{TEXT}start-value"),
        count_in(level, f"{TEXT}display-levels"),
    )
