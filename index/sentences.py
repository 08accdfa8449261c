"""Where the sentences of a text begin and end."""

from __future__ import annotations

import sentencex

from index.types import Span


def split_sentences(text: str, start: int, end: int, language: str | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` as spans of `text`, without outer white space.

    Every character that is not white space lies in exactly one of them.
    """
    stretch = text[start:end]
    spans: list[Span] = []
    for boundary in sentencex.get_sentence_boundaries(language or "en", stretch):
        span = trim(text, start + boundary["start_index"], start + boundary["end_index"])
        if span.start == span.end:
            continue
        if spans and spans[-1].end == span.start and text[span.start - 1] == ".":
            spans[-1] = Span(spans[-1].start, span.end)  # News.Az is one word
        else:
            spans.append(span)
    return spans


def trim(text: str, start: int, end: int) -> Span:
    """Return the span of `text[start:end]` without white space at its ends."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end -= len(stretch) - len(stretch.rstrip())
    return Span(start, max(start, end))
