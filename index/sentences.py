"""Where the sentences of a text begin and end."""

from __future__ import annotations

import sentencex

from index.types import Span


def split_sentences(text: str, start: int, end: int, language: str | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` as spans of `text`, without outer white space.

    Every character that is not white space lies in exactly one of them.
    """
    stretch = text[start:end]
    boundaries = sentencex.get_sentence_boundaries(language or "en", stretch)
    spans = (
        trim(text, start + boundary["start_index"], start + boundary["end_index"])
        for boundary in boundaries
    )
    return [span for span in spans if span.start < span.end]


def trim(text: str, start: int, end: int) -> Span:
    """Return the span of `text[start:end]` without white space at its ends."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end -= len(stretch) - len(stretch.rstrip())
    return Span(start, max(start, end))
