"""Computes the numbers that PowerPoint shows before paragraphs (ECMA-376 part 1, 21.1.2.4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.numerals import numeral

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NO_WORDS = {f"{_DRAWING}{name}" for name in ("pPr", "br", "endParaRPr")}
_SCHEME = re.compile(r"(alphaLc|alphaUc|romanLc|romanUc|circleNum|ea1Ch|ea1Jpn)?")
_STYLES = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "circleNum": "decimalEnclosedCircle",
    "ea1Ch": "chineseCounting",
    "ea1Jpn": "japaneseCounting",
}


def numbers_of(paragraphs: Iterable[Element]) -> Iterator[str]:
    """Yield the number before each paragraph of a shape with a space after it, "" without one.

    Paragraphs of deeper levels and empty ones do not interrupt a numbering.
    """
    counts: dict[int, tuple[tuple[str, int], int]] = {}  # by level: the scheme, the last number
    for paragraph in paragraphs:
        properties = paragraph.find(f"{_DRAWING}pPr")
        if all(child.tag in _NO_WORDS for child in paragraph):
            yield ""
            continue
        level = _whole(None if properties is None else properties.get("lvl"), 0)
        counts = {one: count for one, count in counts.items() if one <= level}
        scheme = None if properties is None else properties.find(f"{_DRAWING}buAutoNum")
        if scheme is None:
            counts.pop(level, None)
            yield ""
            continue
        name, start = scheme.get("type") or "", _whole(scheme.get("startAt"), 1)
        last = counts.get(level)
        number = last[1] + 1 if last and last[0] == (name, start) else start
        counts[level] = (name, start), number
        yield _shown(number, name)


def _shown(number: int, scheme: str) -> str:
    found = _SCHEME.match(scheme)
    text = numeral(number, _STYLES.get(found[0], "decimal") if found else "decimal")
    if scheme.endswith("ParenBoth"):
        return f"({text}) "
    if scheme.endswith("ParenR"):
        return f"{text}) "
    return f"{text} " if scheme.endswith("Plain") else f"{text}. "


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() else otherwise
