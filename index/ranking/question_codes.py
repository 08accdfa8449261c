"""The codes of a question: words that mean nothing but themselves, such as PPR-9087 or 3.2.10."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

import regex

from index.lexical.analysis import Terms
from index.lexical.stopwords import ENGLISH
from index.lexical.words import DAY, ORDINAL_WORDS
from index.ranking.answer_words import NUMBERS

# Versions, part numbers, addresses of e-mail. A number with a unit (32gb), a decade (1990s), a date
# and a decimal number are not among them.
_CODE = regex.compile(
    r"\d+(?:\.\d+){2,}(?:[-+.]?[a-z][a-z\d.-]*)?|[^@]+@[^@]+\.[^@]+|[a-z]{1,8}[-./]?\d[\w./-]*|\d{5,}"
    r"|\d{3,}[-/](?!\d{4}s)(?:\d+[a-z]{1,4}|[a-z]{1,4}\d+)|(?=.{6})\d+[a-z]+\d[a-z\d]*"
    r"|\d{1,4}(?![xhe])[a-z]{1,3}\d{1,4}"
)
# A decimal number is a code behind a word that numbers things, or behind a name.
_NUMBERED = regex.compile(
    r"(?:§\s*|\b(?i:version|release|section|sec\.|chapter|clause|article|paragraph|figure|fig\."
    r"|table|rule|appendix|annex)\s+|[\p{L}\p{N},] \p{Lu}\p{L}{2,20} )"
    r"(?<number>\d{1,9}\.\d{1,9})(?![\d.]*\d)"
    r"(?!\s*(?i:%|per ?cent|hundred|thousand|million|billion|trillion|times|[ckm]?m\b|k?g\b))"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
# A number or a capital letter behind a name or a noun: Windows 7, no. 7, hepatitis B. An initial of
# a person is none: a name follows it.
_MARK = regex.compile(
    rf"(?<=[\p{{L}}\p{{N}},] )(?!{_MONTH} )\p{{Lu}}\p{{L}}{{2,20}} (?<mark>\d{{1,4}})"
    r"(?![\p{L}\p{N}]|[.,:/-]\d|-\p{L}|\s*(?i:%|per ?cent|hundred|thousand|million|billion))"
    r"|(?:#|§ ?|\b(?i:no|nr|number)\.? )(?<mark>\d{1,9})(?![\p{L}\p{N}]|[.,]\d)"
    r"|(?<!\p{L})\p{L}{3,20} (?<mark>[A-HJ-Z])(?![\p{L}\p{N}.'’+#&/-]| \p{Lu})"
)
_YEAR = r"(?:1\d|20)\d\d"
# A number behind a noun in small letters that ends its phrase: room 111, game 22.
_BEHIND_NOUN = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}-])(?!(?i:{_MONTH}) )(?<noun>\p{{Ll}}{{3,20}}) "
    rf"(?!{_YEAR}\b)(?<mark>\d{{1,4}})"
    r"(?=[?!.,;]*\s*$|,? (?<next>\p{Ll}+)(?!\p{L}))"
)
# The seventh floor, the 7th floor: the first and the second one of a list are seldom called so.
_ORDINAL = regex.compile(
    rf"\b(?:(?<mark>(?!1st|2nd)\d{{1,4}})(?:st|nd|rd|th)|(?<mark>{'|'.join([*ORDINAL_WORDS][2:])}))"
    rf" (?!centur|of\b|{_MONTH}\b)\p{{L}}",
    regex.IGNORECASE,
)
_NUMBER_WORDS = {number: word for word, number in NUMBERS.items()}
_TWO_WORDS = regex.compile(
    r"(?<![\p{L}\p{N}.,-])(?:\p{Lu}?\p{Ll}{2,20}\d{1,9}(?:\.\d{1,9})*+|\d{1,9}(?:[.,]\d{1,9})?\p{L}{2,4})"
    r"(?![\p{L}\p{N}-])"
)
_PIECE = regex.compile(r"\d+|[^\d.]+")


def numbers_of_things(question: str) -> set[str]:
    """Return the decimal numbers that name something, as in § 3.2 or Python 3.12."""
    return {found["number"] for found in _NUMBERED.finditer(question)}


def marks_of_names(question: str) -> set[str]:
    """Return the whole numbers, letters and ordinals that tell things of one name apart."""
    behind_noun = (
        found
        for found in _BEHIND_NOUN.finditer(question)
        if found["noun"] not in ENGLISH and (found["next"] or "a") in ENGLISH
    )
    every = chain(_MARK.finditer(question), _ORDINAL.finditer(question), behind_noun)
    return {found["mark"].casefold() for found in every}


def is_code(word: Terms, numbers: Collection[str] = ()) -> bool:
    """Return whether a word means nothing but itself; `numbers` are those that name something."""
    forms = word.forms or word.parts
    if not word.is_identifier or any(form.startswith(DAY) for form in word.forms):
        return False
    # maxIdleTime and max_idle_time, but not McDonald
    is_variable = len(word.parts) > 1 and forms[0].isalpha() and not word.is_name
    return is_variable or any(_CODE.fullmatch(one) or one in numbers for one in forms)


def is_parted(word: Terms) -> bool:
    """Return whether a word has several parts and a digit: 3.2.10, but not maxIdleTime."""
    return len(word.parts) > 1 and any(map(str.isdigit, "".join(word.parts)))


def known_codes(
    words: Sequence[Terms], known: Mapping[str, int], numbers: Collection[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the codes that the corpus holds, each as the terms for its whole."""
    for word in words:
        forms = word.forms[-1:] if word.joins else wholes(word) if is_code(word, numbers) else ()
        if found := tuple(one for one in forms if known[one]):
            yield found


def absent_days(words: Sequence[Terms], known: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Yield the days of the question that the corpus does not hold, each as month and day."""
    for word in words:
        days = [form for form in word.forms if form.startswith(DAY)]
        if days and not any(known[day] for day in days):
            month, day = days[0].removeprefix(DAY).split("-")
            yield int(month), int(day)


def wholes(word: Terms) -> tuple[str, ...]:
    """Return the terms that stand for a whole word: its forms, and its only part."""
    forms = [form for form in word.forms if form == word.forms[0] or form not in word.forms[0]]
    return (*forms, *word.parts[: len(word.parts) < 2])


def pieces(question: str) -> dict[str, tuple[str, ...]]:
    """Return the letters and numbers of words such as Windows11 and 2.5kg, by the whole word.

    A code in capitals is not taken apart, for its letters and numbers mean nothing by themselves.
    """
    words = (found[0].casefold().replace(",", ".") for found in _TWO_WORDS.finditer(question))
    return {word: tuple(_PIECE.findall(word)) for word in words}


def other_number(written: str) -> str | None:
    """Return five for 5 and 5 for five, None for other words and for numbers above twenty."""
    return NUMBERS.get(written) or _NUMBER_WORDS.get(written)
