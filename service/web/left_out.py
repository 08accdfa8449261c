"""The parts of a document's text that stand in no passage, so that no question finds them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from index import Document, Span, line_starts

_SHOWN = 200  # characters of each part


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of text that is not searched: its first and last line, and how it begins.

    Front matter is read as metadata; everything else that is left out is markup.
    """

    lines: tuple[int, int]
    text: str
    is_front_matter: bool


def left_out(document: Document, passages: Sequence[Span]) -> list[LeftOut]:
    """Return the stretches of a text that are outside of all its passages, in order."""
    starts = line_starts(document.text)
    found, at = [], 0
    # front matter ends where the body begins
    cuts = [(document.body, document.body), *((one.start, one.end) for one in passages)]
    for start, end in [*sorted(cuts), (len(document.text), len(document.text))]:
        stretch = document.text[at : max(at, start)]
        if text := stretch.strip():
            first = at + len(stretch) - len(stretch.lstrip())
            last = first + len(text) - 1
            lines = bisect_right(starts, first), bisect_right(starts, last)
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            found.append(LeftOut(lines, shown, last < document.body))
        at = max(at, end)
    return found
