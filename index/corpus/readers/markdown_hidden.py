"""Finds the HTML in a Markdown text that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Span

_OPENING = re.compile(r"<([a-z][a-z0-9]*)\b([^<>]*)>", re.IGNORECASE)
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|\s)hidden(?:\s*=|\s|/|$)", re.I
)
_QUOTED = re.compile(r"(style\s*=\s*)?([\"'])(.*?)\2", re.I)


def hidden_elements(text: str, start: int) -> Iterator[Span]:
    """Yield each element after `start` that its own tag hides, from that tag to its end."""
    unclosed: set[str] = set()
    lower = text.lower()
    at = start
    while found := _OPENING.search(text, at):
        at = found.end()
        tag = found[1].lower()
        # of the values of attributes, that of style alone says how an element is shown
        attributes = _QUOTED.sub(lambda one: one[3] if one[1] else "", found[2])
        if tag in unclosed or not _HIDES.search(attributes):
            continue
        end = lower.find(f"</{tag}", at)
        if end < 0:
            unclosed.add(tag)
            continue
        closed = text.find(">", end)
        at = len(text) if closed < 0 else closed + 1
        yield Span(found.start(), at)
