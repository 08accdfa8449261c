"""Text cut into marked and unmarked parts, so that templates only print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index import Document, Span


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; `marked` if it is to stand out."""

    text: str
    marked: bool


def mark(text: str, spans: Iterable[Span]) -> list[Part]:
    """Cut `text` at `spans`; the parts joined are the text."""
    parts, at = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        parts.append(Part(text[at : span.start], marked=False))
        parts.append(Part(text[span.start : span.end], marked=True))
        at = span.end
    parts.append(Part(text[at:], marked=False))
    return [part for part in parts if part.text]


def mark_document(document: Document, start: int, end: int) -> list[Part]:
    """Cut a document's body, without its front matter, at the passage `start` to `end`."""
    begin = document.body if start >= document.body else 0
    body = document.text[begin:]
    if start == end:
        return mark(body, [])
    return mark(body, [Span(start - begin, end - begin)])
