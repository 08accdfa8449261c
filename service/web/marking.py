"""Text cut into highlighted and other parts, for templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; `marked` if it is highlighted, `sign` if it is Markdown syntax."""

    text: str
    marked: bool
    sign: bool = False


def mark(text: str, spans: Iterable[Span]) -> list[Part]:
    """Cut `text` into parts that are marked inside of `spans`; joined, the parts are the text."""
    parts, at = [], 0
    for span in _merge(spans, len(text)):
        parts.append(Part(text[at : span.start], marked=False))
        parts.append(Part(text[span.start : span.end], marked=True))
        at = span.end
    parts.append(Part(text[at:], marked=False))
    return [part for part in parts if part.text]


def _merge(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans within a text of `length`, sorted, overlapping and adjacent ones merged."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        start, end = max(span.start, 0), min(span.end, length)
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return merged
