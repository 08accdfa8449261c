"""Text cut into highlighted and other parts, for templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from index import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text.

    `marked` if it is highlighted, `sign` if it is Markdown syntax, `answers` if it is of the words
    that answer.
    """

    text: str
    marked: bool
    sign: bool = False
    answers: bool = False


def mark(text: str, spans: Iterable[Span], answer: Span | None = None) -> list[Part]:
    """Cut `text` into parts that are marked inside of `spans`; joined, the parts are the text.

    The part inside of `answer` is one that answers.
    """
    parts, at = [], 0
    for span in _merge(spans, len(text)):
        parts.append(Part(text[at : span.start], marked=False))
        parts.append(Part(text[span.start : span.end], marked=True))
        at = span.end
    parts.append(Part(text[at:], marked=False))
    if answer is not None:
        parts = list(_with_answer(parts, answer))
    return [part for part in parts if part.text]


def _with_answer(parts: Iterable[Part], answer: Span) -> Iterator[Part]:
    at = 0
    for part in parts:
        start, end = (min(max(edge - at, 0), len(part.text)) for edge in (answer.start, answer.end))
        yield replace(part, text=part.text[:start])
        yield replace(part, text=part.text[start:end], answers=True)
        yield replace(part, text=part.text[max(start, end) :])
        at += len(part.text)


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
