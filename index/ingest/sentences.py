"""Finds where the sentences of a text begin and end."""

from __future__ import annotations

from collections.abc import Iterator

import regex
import sentencex

from index.types import Span

_AT_ONCE = 1 << 14  # characters
# Abbreviations before a number or a word in small letters, and titles before a name.
_BEFORE_NUMBER = regex.compile(
    r"(?:^|[\s(])(?:approx|ca|cf|inc|incl|Fig|Figs|Eq|No|Nos|Nr|Art|Arts|Sec|Sect|Ch|Vol|App|pp?|ed|"
    r"etc|vs|resp|esp|dept|max|min|tel|ext|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_TITLE = regex.compile(
    r"(?:^|[\s(])(?:Sra|Sr|Srta|Dra|Dr|Mr|Mrs|Ms|Prof|St|Ste|Mme|Mlle|Rev|Gen|Col|Capt|Lt|Sgt|Hon|"
    r"Fr|Hr|Gov|Sen|Rep|Pres)\.$"
)
_ITEM = regex.compile(r"(?:[\p{Lu}\d]|[-*•–]\s).{2,38}")  # a line too short to be wrapped
_LABELLED = regex.compile(r"[^:：\n]{1,40}[:：]\s+\S.*")  # a label with its value, however long
_MARKER = regex.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|\p{L}|[ivx]{1,5}|[IVX]{1,5})[.)\]]")
_FEWEST = 3  # letters and digits: a shorter sentence, such as "p." or "3.", joins the last one


def split_sentences(text: str, start: int, end: int, language: str | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` as spans of `text`, without outer white space.

    Every character that is not white space lies in exactly one of them.
    """
    spans: list[Span] = []
    for first, after in _boundaries(text, start, end, language or "en"):
        span = trim(text, first, after)
        if span.start == span.end:
            continue
        is_one_word = spans and spans[-1].end == span.start and text[span.start - 1] == "."
        if spans and (
            is_one_word
            or _is_fragment(text[span.start : span.end])
            or _ends_in_abbreviation(text, spans[-1], span)
        ):
            spans[-1] = Span(spans[-1].start, span.end)  # the dot of News.Az ends no sentence
        elif len(spans) == 1 and _MARKER.fullmatch(text, spans[0].start, spans[0].end):
            spans = [Span(spans[0].start, span.end)]  # the number of an item belongs to its text
        else:
            spans.append(span)
    return [part for span in spans for part in _items(text, span)]


def _ends_in_abbreviation(text: str, span: Span, following: Span) -> bool:
    """Return whether a sentence seems to end only because the library lacks an abbreviation."""
    end, next_char = text[max(span.start, span.end - 12) : span.end], text[following.start]
    if next_char.isdigit() or next_char.islower():
        return bool(_BEFORE_NUMBER.search(end))
    return next_char.isupper() and bool(_TITLE.search(end))


def _items(text: str, span: Span) -> list[Span]:
    """Return the lines of a sentence that is a list without full stops, else the sentence.

    Each line is short, or a label with its value.
    """
    lines = text[span.start : span.end].splitlines(keepends=True)
    if len(lines) < 2 or not all(_is_item(line.strip()) for line in lines):
        return [span]
    items, start = [], span.start
    for line in lines:
        items.append(trim(text, start, start + len(line)))
        start += len(line)
    return items


def _is_item(line: str) -> bool:
    return bool(_ITEM.fullmatch(line) or _LABELLED.fullmatch(line))


def _boundaries(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of sentences, from `_AT_ONCE` characters at a time.

    The time of the library is quadratic in the length of a text that is not ASCII.
    """
    while start < end:
        reach = min(start + _AT_ONCE, end)
        found = [
            (start + one["start_index"], start + one["end_index"])
            for one in sentencex.get_sentence_boundaries(language, text[start:reach])
        ]
        if reach < end and found and found[-1][0] > start:  # the last sentence may continue
            reach = found.pop()[0]
        yield from found
        start = reach


def _is_fragment(sentence: str) -> bool:
    return sum(char.isalnum() for char in sentence) < _FEWEST


def trim(text: str, start: int, end: int) -> Span:
    """Return the span of `text[start:end]` without white space at its ends."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end -= len(stretch) - len(stretch.rstrip())
    return Span(start, max(start, end))
