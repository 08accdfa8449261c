"""The terms that a question is searched by, chosen among the ways to write each of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from index.lexical.analysis import Analyzer, Terms
from index.lexical.stopwords import is_stop_word
from index.ranking.question_codes import (
    absent_days,
    is_code,
    is_parted,
    known_codes,
    marks_of_names,
    numbers_of_things,
    other_number,
    pieces,
    wholes,
)
from index.ranking.unknown_names import count_unknown_names

Frequencies = Callable[[Sequence[str]], Mapping[str, int]]

# Syntax of other search engines: a boost, a distance between words, the name of a field.
_SYNTAX = regex.compile(
    r"[\^~]\d{1,3}\b|\bNEAR/\d{1,3}\b|\b(?:title|text|body|content|author|subject):(?=[\w\"(])"
)
_LETTER = regex.compile(r"(?<=[\p{L}\p{N}] )\p{Ll}(?![\p{L}\p{N}'’])")
# Words that ask what a text says, and that number its parts: the text need not hold them.
_SAYING = frozenset("say says said mean means state states happen happens happened".split())
_PARTS = frozenset(
    "version release section paragraph chapter clause article appendix annex figure table item "
    "step rule part page line".split()
)
_SHORTEST = 2  # letters of each half of a compound such as setup
_LONGEST = 30  # letters of a compound


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The terms of a question, and the words of it that the corpus does not hold.

    `order` are the terms in the order of the question, whose neighbours should be neighbours in a
    passage too; `others` are further terms. `shares` has those of them that are other forms of
    words in `order`, each with its share of the word, since a word counts once. `codes` are the
    identifiers that the corpus holds, each as the terms for its whole, and `absent_codes` those
    that stand nowhere in it, each as the terms of its parts; `absent_names` counts names that stand
    nowhere. `letters` are stop words of one letter, each after the term before it, as in vitamin a:
    the two are a name if they stand together in a passage.
    """

    order: tuple[str, ...]
    others: tuple[str, ...]
    frequencies: Mapping[str, int]
    shares: Mapping[str, float]
    codes: tuple[tuple[str, ...], ...] = ()
    absent_codes: tuple[tuple[str, ...], ...] = ()
    absent_names: int = 0
    letters: tuple[tuple[str, str], ...] = ()
    absent_days: tuple[tuple[int, int], ...] = ()
    parted_codes: tuple[tuple[str, ...], ...] = ()  # those of codes with parts and a digit

    @property
    def terms(self) -> list[str]:
        """All terms, those in order first."""
        return [*self.order, *self.others]


def choose_terms(
    question: str, analyzer: Analyzer, frequencies: Frequencies, foreign: str = ""
) -> QuestionTerms:
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
    letters = () if only_stop_words else tuple(_letters(question, analyzer))
    asked = [*_forms(words), *filter(None, joined), *(letter for _, letter in letters)]
    known = dict(frequencies(asked))
    numbers, marks = numbers_of_things(question), marks_of_names(question)
    halves = {
        word.place: list(_other_ways(word, analyzer, pieces(question)))
        for word in words
        if not _occurs(word, known)
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
    absent_codes: list[tuple[str, ...]] = []
    groups = _known_groups(words, known)
    naming = set(_places_before_numbers(words, known))
    for word, *around in zip(words, ["", *joined], [*joined, ""], strict=False):
        forms = [form for form in word.forms if known[form]]
        occurs = word.place in groups or _occurs(word, known)
        occurs = occurs or any(form and known[form] for form in around)
        if not occurs and word.is_stop_word and word.written not in marks:
            continue
        if not occurs and (word.place in naming or word.written in _SAYING):
            continue
        parts: Sequence[str] = word.parts
        if only_stop_words or forms or occurs:
            parts = [part for part in parts if known[part]]
        if len(word.parts) > 1 and any(map(str.isdigit, forms)):
            parts = []  # 15 and 500 are nothing by themselves where 15500 is known
        compounds = (pair for pair in halves.get(word.place, ()) if _all_occur(pair, known))
        is_absent_code = not occurs and (is_code(word, numbers) or word.written in marks)
        if not occurs and (pair := next(compounds, None)):
            parts, occurs = pair, True
        if is_absent_code and not (occurs and word.written):  # 5 may be written five
            every = tuple(parts) if occurs else _every_part(word.place, question, analyzer)
            absent_codes.append(every)
            others += () if occurs else word.forms[:1]
        order += parts
        others += forms
        shares |= dict.fromkeys(forms, 1 / len({*parts, *forms}) if forms else 1.0)
        if not occurs:
            absent.append(word)
    return QuestionTerms(
        order=tuple(order),
        others=tuple(others),
        frequencies=known,
        shares={term: share for term, share in shares.items() if term in others},
        codes=tuple(known_codes(words, known, numbers)),
        absent_codes=tuple(absent_codes),
        absent_names=0 if foreign else count_unknown_names(absent, analyzer, frequencies),
        letters=tuple((before, letter) for before, letter in letters if known[letter]),
        absent_days=tuple(absent_days(words, known)),
        parted_codes=tuple(known_codes(list(filter(is_parted, words)), known, numbers)),
    )


def with_letters(order: Sequence[str], letters: Sequence[tuple[str, str]]) -> list[str]:
    """Return the terms in order with each letter put behind the term that it stands after."""
    behind = dict(letters)
    return [one for term in order for one in (term, behind.get(term)) if one is not None]


def _known_groups(words: Sequence[Terms], known: Mapping[str, int]) -> set[int]:
    """Return the places of words before a form that joins them, where the corpus holds it."""
    ends = (word for word in words if word.joins and known[word.forms[-1]])
    return {place for end in ends for place in range(end.place - end.joins, end.place)}


def _places_before_numbers(words: Sequence[Terms], known: Mapping[str, int]) -> Iterator[int]:
    """Yield the places of words such as section before a number that the corpus holds."""
    for one, other in pairwise(words):
        is_known = other.is_identifier and _occurs(other, known)
        if one.written in _PARTS and other.place == one.place + 1 and is_known:
            yield one.place


def _forms(words: Sequence[Terms]) -> Iterator[str]:
    for word in words:
        yield from word.parts
        yield from word.forms


def _occurs(word: Terms, known: Mapping[str, int]) -> bool:
    return any(known[one] for one in wholes(word))


def _all_occur(terms: Sequence[str], known: Mapping[str, int]) -> bool:
    return bool(terms) and all(known[term] for term in terms)


def _letters(question: str, analyzer: Analyzer) -> Iterator[tuple[str, str]]:
    """Yield each stop word of one letter that is dropped, after the term of the word before it."""
    if not _LETTER.search(question):
        return
    kept = {word.place for word in analyzer.words(question)}
    for one, other in pairwise(analyzer.words(question, keep_stop_words=True)):
        is_letter = len(other.written) == 1 and other.is_stop_word and other.follows
        if is_letter and other.place not in kept and not one.is_stop_word:
            yield one.parts[-1], other.parts[0]


def _joined(words: Sequence[Terms], analyzer: Analyzer) -> list[str]:
    """Return the term of each two neighbours written as one, data base as database, or "".

    A number behind a word may have dots: Python 3.11 as Python3.11.
    """
    return [
        analyzer.stem(one.written + written)
        if one.written
        and written
        and other.follows
        and other.place == one.place + 1
        # the stem of warde is ward, which says nothing of ward E
        and (len(written) > 1 or written.isdigit())
        else ""
        for one, other in pairwise(words)
        for written in [other.written or (other.forms[0] if _is_dotted(other) else "")]
    ]


def _every_part(place: int, question: str, analyzer: Analyzer) -> tuple[str, ...]:
    """Return the parts of the word at a place, with letters that are stop words: AB-123-D."""
    words = analyzer.words(question, keep_stop_words=True)
    return next(word.parts for word in words if word.place == place)


def _is_dotted(word: Terms) -> bool:
    return word.is_identifier and bool(word.forms) and word.forms[0].replace(".", "").isdigit()


def _other_ways(
    word: Terms, analyzer: Analyzer, parted: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Yield the terms of other ways to write a word that the corpus may hold.

    `parted` has the pieces of words such as Windows11.
    """
    if word.written and (number := other_number(word.written)):
        yield (analyzer.stem(number),)
    if word.written.isalpha():
        yield from _halves(word.written, analyzer)
    whole = (*word.forms, *word.parts)[0]
    if whole in parted:
        yield tuple(map(analyzer.stem, parted[whole]))


def _halves(word: str, analyzer: Analyzer) -> Iterator[tuple[str, ...]]:
    """Yield the terms of the two halves of a word, cut at each place; a stop word has no term."""
    for at in range(_SHORTEST, min(len(word), _LONGEST) - _SHORTEST + 1):
        yield tuple(
            analyzer.stem(half)
            for half in (word[:at], word[at:])
            if not analyzer.is_stop_word(half)
        )
