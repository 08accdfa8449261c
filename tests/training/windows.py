"""Cuts the window that the answer model reads out of a longer text."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

Span = tuple[int, int]

_END = re.compile(r"(?<=[.!?])[\"”)\]]*\s+(?=[\"“(\[]*[A-Z0-9])|\n+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Example:
    """A question and the window to read; spans lie in the window.

    `spans` are the answers as marked by people; where it is empty and `label` is 1, the answer
    is known to stand somewhere between `inside[0]` and `inside[1]`. An example that is `held` is
    not learnt from.
    """

    question: str
    window: str
    label: int
    spans: tuple[Span, ...] = ()
    inside: Span = (0, 0)
    kind: str = ""
    held: bool = False


def sentences_of(text: str) -> list[Span]:
    """Return the sentences of a text; a plain rule that is good enough to cut windows."""
    spans, start = [], 0
    for end in _END.finditer(text):
        if len(_WORD.findall(text, start, end.start())) >= 3:
            spans.append((start, end.start()))
            start = end.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans or [(0, len(text))]


def cut(text: str, around: Span, chance: random.Random, most: int = 0) -> Span:
    """Return a stretch of whole sentences of the text that holds `around`.

    Two fifths are as short as can be, the others have up to 28 to 80 words: a short window is
    cheaper to learn from.
    """
    sentences = sentences_of(text)
    first = max(i for i, (start, _) in enumerate(sentences) if start <= around[0] or i == 0)
    last = min(
        i for i, (_, end) in enumerate(sentences) if end >= around[1] or i == len(sentences) - 1
    )
    last = max(first, last)
    budget = most or (0 if chance.random() < 0.4 else chance.randint(28, 80))
    while True:
        size = _words(text, sentences[first][0], sentences[last][1])
        sides = [
            side
            for side, at in ((0, first - 1), (1, last + 1))
            if 0 <= at < len(sentences) and size + _words(text, *sentences[at]) <= budget
        ]
        if not sides:
            break
        if chance.choice(sides):
            last += 1
        else:
            first -= 1
    return _shorten(text, (sentences[first][0], sentences[last][1]), around)


def _shorten(text: str, window: Span, around: Span, most: int = 100) -> Span:
    words = list(_WORD.finditer(text, *window))
    if len(words) <= most:
        return window
    middle = sum(word.start() < around[0] for word in words)
    first = max(0, min(middle - most // 2, len(words) - most))
    return words[first].start(), max(words[first + most - 1].end(), min(around[1], window[1]))


def most_alike(text: str, question: str) -> Span:
    """Return the sentence of the text that shares most words with the question."""
    asked = {word.lower()[:6] for word in _WORD.findall(question) if len(word) > 3}
    return max(
        sentences_of(text),
        key=lambda at: len(asked & {word.lower()[:6] for word in _WORD.findall(text, *at)}),
    )


def _words(text: str, start: int, end: int) -> int:
    return len(_WORD.findall(text, start, end))
