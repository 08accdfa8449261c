"""The terms that a question is searched by, chosen among the ways to write each of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

import regex

from index.lexical.analysis import Analyzer, Terms
from index.lexical.stopwords import is_stop_word
from index.lexical.words import DAY

Frequencies = Callable[[Sequence[str]], Mapping[str, int]]

# What other search engines read as syntax: the boost of a word and the name of a field before it.
_SYNTAX = regex.compile(r"\^\d{1,3}\b|\b(?:title|text|body|content|author|subject):(?=[\w\"(])")
_NAME = regex.compile(r"[a-z]{4,20}")  # a shorter one may be an abbreviation
_SHORTEST = 2  # letters of each half of a compound such as setup
_LONGEST = 30  # letters of a compound
# Codes that mean nothing but themselves: versions, part numbers, addresses of e-mail. A number with
# a unit (32gb), a decade (1990s), a date and a decimal number are not among them.
_CODE = regex.compile(
    r"\d+(?:\.\d+){2,}(?:[-+.]?[a-z][a-z\d.-]*)?|[^@]+@[^@]+\.[^@]+|[a-z]{1,8}[-./]?\d[\w./-]*|\d{5,}"
    r"|\d{3,}[-/](?!\d{4}s)(?:\d+[a-z]{1,4}|[a-z]{1,4}\d+)"
)


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The terms of a question, and the words of it that the corpus does not hold.

    `order` are the terms in the order of the question, whose neighbours should be neighbours in a
    passage too; `others` are further terms. `shares` has those of them that are other forms of
    words in `order`, each with its share of the word, since a word counts once. `codes` are the
    identifiers that the corpus holds, each as the terms for its whole, and `absent_codes` those
    that stand nowhere in it, each as the terms of its parts; `absent_names` counts names that stand
    nowhere.
    """

    order: tuple[str, ...]
    others: tuple[str, ...]
    frequencies: Mapping[str, int]
    shares: Mapping[str, float]
    codes: tuple[tuple[str, ...], ...] = ()
    absent_codes: tuple[tuple[str, ...], ...] = ()
    absent_names: int = 0

    @property
    def terms(self) -> list[str]:
        """All terms, those in order first."""
        return [*self.order, *self.others]


def choose_terms(
    question: str, analyzer: Analyzer, frequencies: Frequencies, foreign: str = ""
) -> QuestionWords:
    """Return the terms of a question; of a word's forms only those that the corpus holds.

    If none of them occurs, the parts of the word stand for it, so that it counts as missing. A
    question of stop words alone is searched by them, as far as the corpus holds them as names.

    `foreign` is the language of the question if the corpus is in other ones. Its stop words do not
    count then, and a name that stands nowhere is no unknown name: it may be spelt in another way.
    """
    question = _SYNTAX.sub(" ", question)
    words = analyzer.words(question)
    if foreign:
        words = [word for word in words if not is_stop_word(word.written, foreign)]
    only_stop_words = not words
    if only_stop_words:
        words = analyzer.words(question, keep_stop_words=True)
    joined = _joined(words, analyzer)
    known = dict(frequencies([*_forms(words), *filter(None, joined)]))
    halves = {
        word.written: list(_halves(word.written, analyzer))
        for word in words
        if word.written.isalpha() and not _occurs(word, known)
    }
    if halves:
        known |= frequencies([half for pairs in halves.values() for pair in pairs for half in pair])
    order: list[str] = []
    others = [form for form in joined if form and known[form]]
    shares = {
        form: 1 / (1 + sum(bool(known[part]) for part in (*one.parts, *other.parts)))
        for form, (one, other) in zip(joined, pairwise(words), strict=True)
    }
    absent: list[Terms] = []
    groups = _known_groups(words, known)
    for word, *around in zip(words, ["", *joined], [*joined, ""], strict=False):
        forms = [form for form in word.forms if known[form]]
        occurs = word.place in groups or _occurs(word, known)
        occurs = occurs or any(form and known[form] for form in around)
        if not occurs and word.is_stop_word:
            continue
        parts: Sequence[str] = word.parts
        if only_stop_words or forms or (occurs and len(parts) == 1):
            parts = [part for part in parts if known[part]]
        compounds = (pair for pair in halves.get(word.written, ()) if _all_occur(pair, known))
        if not occurs and (pair := next(compounds, None)):
            parts, occurs = pair, True
        order += parts
        others += forms
        shares |= dict.fromkeys(forms, 1 / len({*parts, *forms}) if forms else 1.0)
        if not occurs:
            absent.append(word)
            others += word.forms[: _is_code(word)]
    return QuestionWords(
        order=tuple(order),
        others=tuple(others),
        frequencies=known,
        shares={term: share for term, share in shares.items() if term in others},
        codes=tuple(_known_codes(words, known)),
        absent_codes=tuple(word.parts for word in absent if _is_code(word)),
        absent_names=0 if foreign else _count_unknown_names(absent, analyzer, frequencies),
    )


def _known_groups(words: Sequence[Terms], known: Mapping[str, int]) -> set[int]:
    """Return the places of words before a form that joins them, where the corpus holds it."""
    ends = (word for word in words if word.joins and known[word.forms[-1]])
    return {place for end in ends for place in range(end.place - end.joins, end.place)}


def _count_unknown_names(
    absent: Sequence[Terms], analyzer: Analyzer, frequencies: Frequencies
) -> int:
    """Count the names that the corpus does not hold, even if a letter of them is mistyped.

    Only English is judged: German nouns have capitals too, and other languages inflect names.
    """
    if analyzer.language != "english":
        return 0
    names = [word.written for word in absent if word.is_name and _NAME.fullmatch(word.written)]
    near = {name: {analyzer.stem(one) for one in _misspellings(name)} for name in names}
    known = frequencies(sorted(set().union(*near.values()))) if near else {}
    return sum(not any(known[one] for one in near[name]) for name in names)


def _misspellings(word: str) -> Iterator[str]:
    """Yield the words that differ from one by a letter, or by two neighbours in exchanged order.

    Norvig, How to Write a Spelling Corrector (2007).
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for before, after in cuts:
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _forms(words: Sequence[Terms]) -> Iterator[str]:
    for word in words:
        yield from word.parts
        yield from word.forms


def _known_codes(words: Sequence[Terms], known: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    for word in words:
        wholes = word.forms[-1:] if word.joins else _wholes(word) if _is_code(word) else ()
        if found := tuple(one for one in wholes if known[one]):
            yield found


def _wholes(word: Terms) -> tuple[str, ...]:
    """Return the terms that stand for a whole word: its forms, and its only part."""
    wholes = [form for form in word.forms if form == word.forms[0] or form not in word.forms[0]]
    return (*wholes, *word.parts[: len(word.parts) < 2])


def _occurs(word: Terms, known: Mapping[str, int]) -> bool:
    return any(known[one] for one in _wholes(word))


def _all_occur(terms: Sequence[str], known: Mapping[str, int]) -> bool:
    return bool(terms) and all(known[term] for term in terms)


def _is_code(word: Terms) -> bool:
    wholes = word.forms or word.parts
    if not word.is_identifier or any(form.startswith(DAY) for form in word.forms):
        return False
    # maxIdleTime and max_idle_time, but not McDonald
    is_variable = len(word.parts) > 1 and wholes[0].isalpha() and not word.is_name
    return is_variable or any(_CODE.fullmatch(one) for one in wholes)


def _joined(words: Sequence[Terms], analyzer: Analyzer) -> list[str]:
    """Return the term of each two neighbours written as one, data base as database, or ""."""
    return [
        analyzer.stem(one.written + other.written)
        if one.written and other.written and other.follows and other.place == one.place + 1
        else ""
        for one, other in pairwise(words)
    ]


def _halves(word: str, analyzer: Analyzer) -> Iterator[tuple[str, ...]]:
    """Yield the terms of the two halves of a word, cut at each place; a stop word has no term."""
    for at in range(_SHORTEST, min(len(word), _LONGEST) - _SHORTEST + 1):
        yield tuple(
            analyzer.stem(half)
            for half in (word[:at], word[at:])
            if not analyzer.is_stop_word(half)
        )
