"""Computes the numbers that Word shows before paragraphs (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.corpus.readers.docx_words import WORD, value_of
from index.corpus.readers.numerals import numeral

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNNUMBERED = {"bullet", "none"}
_MOST_STYLES = 12  # that are based on one another
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    style: str = "decimal"
    text: str = "%1."
    restart: int | None = None  # it begins anew below any of so many levels; None: any above it
    legal: bool = False  # the numbers of other levels in it are in figures

    def restarts_below(self, depth: int, own: int) -> bool:
        return depth < (own if self.restart is None else self.restart)


@dataclass(slots=True)
class _Series:
    """The levels of a numbering, and where each stands; several lists may share it."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numberings of a document; `number` is called for each paragraph, in order."""

    def __init__(self, numbering: Element | None, styles: Element) -> None:
        self._series: dict[str, _Series] = {}  # by the id of an abstract numbering
        self._lists: dict[str, str] = {}  # from the id of a list to that
        self._restarts: dict[str, dict[int, int]] = {}
        named: dict[str, _Series] = {}
        for one in [] if numbering is None else numbering.iterchildren(f"{WORD}abstractNum"):
            series = _Series({_whole(it.get(f"{WORD}ilvl")): _level(it) for it in _levels(one)})
            self._series[one.get(f"{WORD}abstractNumId") or ""] = series
            if name := value_of(one, "styleLink"):
                named[name] = series
        for one in [] if numbering is None else numbering.iterchildren(f"{WORD}abstractNum"):
            if (name := value_of(one, "numStyleLink")) in named:  # it is that of a list style
                self._series[one.get(f"{WORD}abstractNumId") or ""] = named[name or ""]
        for one in [] if numbering is None else numbering.iterchildren(f"{WORD}num"):
            identity = one.get(f"{WORD}numId") or ""
            self._lists[identity] = value_of(one, "abstractNumId") or ""
            self._restarts[identity] = {
                _whole(it.get(f"{WORD}ilvl")): _whole(start)
                for it in one.iterchildren(f"{WORD}lvlOverride")
                if (start := value_of(it, "startOverride")) is not None
            }
        self._styles = {
            style.get(f"{WORD}styleId") or "": style
            for style in styles.iterchildren(f"{WORD}style")
        }

    def number(self, paragraph: Element) -> str:
        """Return the number of a paragraph with a space after it, "" if it has none."""
        identity, depth = self._place(paragraph)
        series = self._series.get(self._lists.get(identity, ""))
        if series is None or depth not in series.levels:
            return ""
        restarts = self._restarts.get(identity, {})
        if depth in restarts:
            series.counts[depth] = restarts.pop(depth) - 1
        level = series.levels[depth]
        series.counts[depth] = series.counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in series.counts if one > depth]:
            if series.levels[deeper].restarts_below(depth, deeper):
                del series.counts[deeper]
        if level.style in _UNNUMBERED:
            return ""
        text = _PLACE.sub(lambda place: self._shown(series, int(place[1]) - 1, level), level.text)
        return f"{text.strip()} " if text.strip() else ""

    def _shown(self, series: _Series, depth: int, within: _Level) -> str:
        level = series.levels.get(depth, _Level())
        style = "decimal" if within.legal and level is not within else level.style
        return numeral(series.counts.get(depth, level.start), style)

    def _place(self, paragraph: Element) -> tuple[str, int]:
        """Return the list and the depth that a paragraph, or else its style, states."""
        identity = value_of(paragraph, "pPr", "numPr", "numId")
        depth = value_of(paragraph, "pPr", "numPr", "ilvl")
        style = self._styles.get(value_of(paragraph, "pPr", "pStyle") or "")
        for _ in range(_MOST_STYLES):  # a style may be based on itself
            if style is None or (identity and depth):
                break
            identity = identity or value_of(style, "pPr", "numPr", "numId")
            depth = depth or value_of(style, "pPr", "numPr", "ilvl")
            style = self._styles.get(value_of(style, "basedOn") or "")
        return identity or "", _whole(depth)


def _levels(series: Element) -> list[Element]:
    return list(series.iterchildren(f"{WORD}lvl"))


def _level(level: Element) -> _Level:
    restart = value_of(level, "lvlRestart")
    return _Level(
        _whole(value_of(level, "start") or "1"),
        value_of(level, "numFmt") or "decimal",
        value_of(level, "lvlText") or "",
        None if restart is None else _whole(restart),
        level.find(f"{WORD}isLgl") is not None,
    )


def _whole(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else 0
