"""The windows that an answer model reads: a sentence of a passage with its neighbours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from index.types import Metadata, Passage, Span

_WORDS = 80  # of a window, unless its one sentence is longer; the model was trained on 10 to 100
_OTHERS = 3  # windows of a passage, besides the best, that are read at most


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence with its neighbours, below a line of title and headings.

    `lead` is the number of characters of that line, with its end, and `start` is where the rest
    stands in the text of the passage. `is_row` tells whether the rest is one row of a table.
    """

    text: str
    lead: int
    start: int
    is_row: bool = False

    def holds(self, sentence: Span) -> bool:
        """Tell whether a sentence of the passage stands in the window."""
        end = self.start + len(self.text) - self.lead
        return self.start <= sentence.start and sentence.end <= end

    def in_passage(self, span: Span) -> Span | None:
        """Return where a span of the window stands in the passage.

        For a span in title or headings, the same words in the rest stand; None without them.
        """
        start, end = span.start, span.end
        if start < self.lead:
            words = regex.compile(rf"(?<!\w){regex.escape(self.text[start:end])}(?!\w)")
            found = words.search(self.text, self.lead)
            if found is None:
                return None
            start, end = found.span()
        shift = self.start - self.lead
        return Span(start + shift, end + shift)


def make_window(passage: Passage, metadata: Metadata, evidence: Span) -> Window:
    """Return the sentence of `evidence` with the neighbours that fit, the next one first.

    Neighbours are of the same section. A row of a table stands alone below its header, since a
    model easily takes the cell of another row.
    """
    spans = passage.sentences
    first = last = at = spans.index(evidence)
    words = [len(passage.text[span.start : span.end].split()) for span in spans]
    headings = headings_of(passage, at)
    section = range(at, at + 1) if _is_row(headings) else _section_of(passage, at)
    total, grows = words[at], True
    while grows:
        grows = False
        for near in (last + 1, first - 1):
            if near in section and total + words[near] <= _WORDS:
                total += words[near]
                first, last, grows = min(first, near), max(last, near), True
    start, end = spans[first].start, spans[last].end
    body = passage.text[start:end]
    title = _title(metadata.title, headings, body)
    return Window(title + body, len(title), start, _is_row(headings))


def other_windows(
    passage: Passage, metadata: Metadata, sentences: Sequence[Span], read: Window
) -> list[Window]:
    """Return a few windows with the first of the sentences that no window holds yet."""
    windows = [read]
    for sentence in sentences:
        if len(windows) > _OTHERS:
            break
        if not any(window.holds(sentence) for window in windows):
            windows.append(make_window(passage, metadata, sentence))
    return windows[1:]


def headings_of(passage: Passage, sentence: int) -> tuple[str, ...]:
    """Return the heading path of a sentence."""
    begun = [headings for first, headings in passage.sections if first <= sentence]
    return begun[-1] if begun else passage.headings


def _section_of(passage: Passage, sentence: int) -> range:
    """Return the sentences of the section that holds a sentence."""
    begins = [0, *(first for first, _ in passage.sections), len(passage.sentences)]
    at = bisect_right(begins, sentence)
    return range(begins[at - 1], begins[at])


def _is_row(headings: Sequence[str]) -> bool:
    """Return whether the last heading is the header of a table."""
    return bool(headings) and "|" in headings[-1]


def _title(title: str, headings: Sequence[str], body: str) -> str:
    """Return the line of title and headings, without headings that the window holds itself."""
    held = {line.strip("# \t") for line in body.splitlines()}
    parts = dict.fromkeys(part for part in (title, *headings) if part and part not in held)
    return " > ".join(parts) + "\n" if parts else ""
