"""The words of a short answer, as they are compared with another answer's."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Literal

import regex

from index.ranking.periods import Period, named_period

AnswerKind = Literal["date", "number", "words"]

_WORD = regex.compile(r"\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")
_THOUSANDS = regex.compile(r",(?=\p{N}{3}(?!\p{N}))")
_ARTICLES = {"a", "an", "the"}
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
NUMBERS = {word: str(number) for number, word in enumerate(_UNITS.split())}
# words that change an answer which they are added to
_CHANGING = {"hundred", "thousand", "million", "billion", "trillion", "not", "no", "never"}


def normalize(text: str) -> tuple[str, ...]:
    """Return the words of an answer without case, punctuation and articles, numbers as digits.

    As in the measures of SQuAD (Rajpurkar et al. 2016), but a hyphen parts words.
    """
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return tuple(NUMBERS.get(word, word) for word in _WORD.findall(plain) if word not in _ARTICLES)


def kind_of(text: str) -> AnswerKind:
    """Return whether an answer is a date, which names a year, or holds a number, or only words."""
    if period_of(text):
        return "date"
    return "number" if any(word[0].isnumeric() for word in normalize(text)) else "words"


def say_the_same(one: str, other: str) -> bool:
    """Return whether two answers are the same, but for how much they say.

    A date is the same as the month that it lies in. Otherwise, all words of the shorter answer
    stand in the longer one: a surname is the same as the whole name. But a "not", or a "million"
    behind a number, makes another answer.
    """
    first, second = period_of(one), period_of(other)
    if first and second:
        return _holds(first, second) or _holds(second, first)
    words, others = set(normalize(one)), set(normalize(other))
    is_part = words <= others or others <= words
    return bool(words and others) and is_part and not (words ^ others) & _CHANGING


def _holds(long: Period, short: Period) -> bool:
    return long.first <= short.first and short.last <= long.last


def period_of(text: str) -> Period | None:
    """Return the period that a text names with its year; None for "yesterday" and the like."""
    found = named_period(text, dt.date.min)
    return found if found and found.words and found.first.year > 1 else None
