"""Whether a sentence or a line of a passage says something that the question does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import regex

from index.lexical.analysis import Analyzer
from index.types import Span

_QUESTION = regex.compile(r"[?？؟;]['\"”’)*_]*\s*$")
_ASKS = regex.compile(r"[?？؟]")
_SENTENCE = regex.compile(r"[.!。！।…]['\"”’)*_]*\s*$")
_HEADING = regex.compile(r"^\s*#{1,6}\s")
_NUMBERED = regex.compile(r"^\s*(?:§\s*)?\d+(?:\.\d+)+\.?\s+\p{Lu}[^.!?:;|\n]*+$")
_LABELLED = regex.compile(
    r"^\s*(?:[-*+•]\s+)?(?<label>[^:：|\n]{1,60}+)[:：](?:\s+|(?<=：))(?<value>\S.*)$",
    regex.DOTALL,
)
_RULE = regex.compile(r"^[\s|:+=-]+$")
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATE_WORDS = regex.compile(
    rf"\b(?:{_MONTH}|{_WEEKDAY}|date|published|updated|posted|on|at|am|pm|a\.m|p\.m|gmt|utc)\b",
    regex.IGNORECASE,
)
_DATE = regex.compile(
    rf"\d\s*(?:of\s+)?(?:{_MONTH})\b|\b(?:{_MONTH})\.?\s*\d|\d[./-]\d{{1,2}}[./-]\d|\b\d{{1,2}}:\d\d\b",
    regex.IGNORECASE,
)
# Questions that a date does not answer, in the languages of the model and its neighbours.
_NOT_WHEN = regex.compile(
    r"\b(?:who|whom|whose|why|where|what|which|how many|how much|"
    r"wer|wen|wem|warum|wo|quién|por qué|dónde|qui|pourquoi|où)\b",
    regex.IGNORECASE,
)
_WHEN = regex.compile(r"\b(?:when|dates?|days?|years?|months?|times?|hours?)\b", regex.IGNORECASE)
_WHO = regex.compile(r"\b(?:who|whom|whose|wer|wen|wem|quién|qui)\b", regex.IGNORECASE)
# What the label of an answer may be called, by the words of the question that ask for it.
_PRICES = "price cost fee fare rent rate charge amount"
_CALLED = {
    "how much": _PRICES, "cost": _PRICES, "costs": _PRICES, "how old": "age", "how deep": "depth",
    "how long": "length duration time", "how high": "height", "how tall": "height",
    "how wide": "width", "how heavy": "weight", "how thick": "thickness", "how far": "distance",
    "how fast": "speed", "how hot": "temperature", "how big": "size", "how large": "size area",
    "how strong": "strength",
}  # fmt: skip
_CALLING = regex.compile(rf"\b(?:{'|'.join(_CALLED)})\b", regex.IGNORECASE)
_DOER = regex.compile(r"(?=(\p{L}{2,30})r$)(\p{L}{2,30})[eo]r")  # driver: drive, driv
_AT_ONCE = 8  # words whose terms are looked at together: the first few mostly say something new
_ASKED = 25  # words of a question; a longer one says something before it asks
_LABEL = 6  # words of a line that ends with a colon or starts as 4.2 Fees; a longer one tells
_YES_OR_NO = regex.compile(
    r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|would)\b",
    regex.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A question, to be compared with what the sentences of a passage say."""

    question: str
    analyzer: Analyzer

    def tells(self, text: str) -> bool:
        """Return whether a sentence or line says something new that may answer the question.

        A question, a heading, a label, a line that repeats the question, and a date and time that
        stand alone where the question is not for a time, do not.
        """
        if _HEADING.match(text) or _RULE.match(text):
            return False
        words = len(text.split())
        if words <= _ASKED and _QUESTION.search(text):
            return False
        is_label = text.rstrip().endswith((":", "：")) or _NUMBERED.match(text)
        if is_label and words <= _LABEL:
            return False
        if self._rejects_dates and _is_date(text):
            return False
        if pair := _LABELLED.match(text):
            text = pair["value"]
        elif self._is_yes_or_no and _SENTENCE.search(text):
            return True
        return self._is_new(text)

    def label_overlap(self, text: str) -> int:
        """Return how many terms of a line's label the question asks for; 0 without a label."""
        pair = _LABELLED.match(text)
        return self.naming(pair["label"]) if pair else 0

    def value_overlap(self, text: str) -> int:
        """Return how many terms of a line's value stand in the question; 0 without a label."""
        pair = _LABELLED.match(text)
        return self.overlap(pair["value"]) if pair else 0

    def is_value_of(self, text: str) -> bool:
        """Return whether all terms of the question stand in the value of a line with a label."""
        return self.value_overlap(text) == len(self._terms) > 0

    def overlap(self, text: str) -> int:
        """Return how many terms of a text stand in the question."""
        return len({term for term in self.analyzer.terms(text) if term in self._terms})

    def naming(self, label: str) -> int:
        """Return how many terms of a label the question asks for.

        The question also asks for a depth by "how deep", and for a driver by "who drives".
        """
        asked = self._labels.intersection(self.analyzer.terms(label))
        if self.is_for_person and not asked:
            doers = (_DOER.fullmatch(word) for word in label.casefold().split())
            stems = {self.analyzer.stem(done) for doer in doers if doer for done in doer.groups()}
            asked = self._terms & stems
        return len(asked)

    def _is_new(self, text: str) -> bool:
        words = text.split()
        parts = (" ".join(words[at : at + _AT_ONCE]) for at in range(0, len(words), _AT_ONCE))
        terms = (term for part in parts for term in self.analyzer.terms(part))
        first = next(terms, None)
        return first is None or any(term not in self._terms for term in chain([first], terms))

    @cached_property
    def _terms(self) -> frozenset[str]:
        return frozenset(self.analyzer.terms(self.question))

    @cached_property
    def _labels(self) -> frozenset[str]:
        asked = (found[0].casefold() for found in _CALLING.finditer(self.question))
        return self._terms.union(*(self.analyzer.terms(_CALLED[word]) for word in asked))

    @cached_property
    def _rejects_dates(self) -> bool:
        return bool(_NOT_WHEN.search(self.question)) and not _WHEN.search(self.question)

    @cached_property
    def is_for_person(self) -> bool:
        """Whether the question is for a person."""
        return bool(_WHO.search(self.question))

    @cached_property
    def _is_yes_or_no(self) -> bool:
        return bool(_YES_OR_NO.match(self.question))


def is_labelled(text: str) -> bool:
    """Return whether a line is a label with its value, such as `Phone: 4412`."""
    return bool(_LABELLED.match(text)) and not _ASKS.search(text)


def labelled_parts(text: str) -> tuple[Span, Span] | None:
    """Return the spans of the label and of the value of a line, None without a label."""
    pair = _LABELLED.match(text) if is_labelled(text) else None
    if pair is None:
        return None
    value = text[: pair.end("value")].rstrip()
    return Span(*pair.span("label")), Span(pair.start("value"), len(value))


def is_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return bool(_SENTENCE.search(text))


def is_statement(text: str) -> bool:
    """Return whether a text is a whole sentence that asks nothing and announces nothing."""
    return is_sentence(text) and not _ASKS.search(text) and not _HEADING.match(text)


def is_header(texts: Sequence[str], place: int) -> bool:
    """Return whether a line is the header of a table whose cells are parted by `|`."""
    text, around = texts[place], [*texts[max(place - 1, 0) : place], *texts[place + 1 : place + 2]]
    if "|" not in text or not around:
        return False
    if _RULE.match(around[-1]) and "-" in around[-1]:
        return True
    rows = [one for one in around if one.count("|") == text.count("|")]
    return bool(rows) and not _has_digit(text) and all(map(_has_digit, rows))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_date(text: str) -> bool:
    """Return whether a line is made of a date and a time alone, but for a word or two."""
    if len(text) > 80 or not _DATE.search(text):
        return False
    rest = [word for word in _DATE_WORDS.sub(" ", text).split() if any(map(str.isalpha, word))]
    return len(rest) <= 2 and not is_sentence(text)
