"""Words as they are written: plain words, numbers, and identifiers such as PPR-9087 or a.b@c.org.

A word has parts, the terms that stand in the text one after another, and may have forms: terms
for other ways to write the whole. 3.2.10 has the parts 3, 2 and 10 and the form 3.2.10; PPR-9087,
PPR 9087 and ppr9087 share the form ppr9087.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import regex

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}ー"
_ATOM = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED}]]++"
_JOINER = r"(?:://|[-‐_./@:&])"
_TOKEN = regex.compile(
    rf"(?<unspaced>[{UNSPACED}]++)"
    rf"|(?<dot>(?<![\p{{L}}\p{{N}}.])\.(?=\p{{L}}))?(?<word>{_ATOM}(?:{_JOINER}{_ATOM})*+)"
    r"(?<sign>\+\+|[#+](?![\p{L}\p{N}])|-(?![\p{L}\p{N}-]))?",
    regex.VERSION1,
)
_ATOMS = regex.compile(_ATOM, regex.VERSION1)
_HUMP = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})")
_ACRONYMS = regex.compile(r"(?<=\p{Lu}{2})s$")  # the s of RNAs, which no stemmer takes for a plural
_ORDINAL = regex.compile(r"(\d++)(?:st|nd|rd|th|er|ère|ème)", regex.IGNORECASE)
_DOTTED_GROUPS = regex.compile(r"\d{1,3}(?:\.\d{3})++")
_LOOSE_HYPHEN = regex.compile(r"(?<!\d)[-‐]|[-‐](?!\d)|_")
_SCHEME = regex.compile(r"^[a-z]++://(?:www\.)?|^www\.")
_ISO_DATE = regex.compile(r"(?:\d{4})-(?<month>\d\d)-(?<day>\d\d)")
_VERSION = regex.compile(r"v(?=\d++\.)")
_DIGIT_GROUPS = regex.compile(r"\d++(?:[-‐]\d++){2,}+")
_GROUP = regex.compile(r"\d{1,9}|(?=.*\d)[\p{Lu}\d]{1,9}|\p{Lu}{1,3}")  # of an IBAN, a part number
_POINT_DATE = regex.compile(r"(?<day>\d{1,2})\.(?<month>\d{1,2})\.\d{4}")
_SLASH_DATE = regex.compile(r"(\d{1,2})/(\d{1,2})/\d{4}")  # 14/03/2024, or 03/14/2024 in America

MONTHS = {
    name: number
    for number, names in enumerate(
        ["jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
ORDINAL_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
        "twentieth".split(),
        start=1,
    )
}
_ROMAN = {
    roman: str(number)
    for number, roman in enumerate(
        "II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split(), start=2
    )
    if len(roman) > 1  # V and X are letters more often
}
DAY = "day:"  # begins the form of a day of the year
LAST_DAY = 31
_MONTHS_OF_YEAR = range(1, 13)
_LONGEST = 100  # characters; a longer run of letters is one word and is not split further
_GROUPS = range(3, 9)  # of a number or code that is written in groups
_FEWEST_DIGITS = 9  # of a number in groups parted by hyphens; a date has fewer
_UNIT, _PREFIX = 3, 5  # letters of a unit such as GB, and of a series such as PPR

Kind = Literal["word", "number", "identifier", "unspaced"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its parts in order and the forms of the whole, as written but for joiners.

    `starts_sentence` is whether it is the first word of a sentence, `after_apostrophe` whether it
    is the end of a contraction such as it's, `follows` whether one space alone parts it from the
    word before, and `ends_phrase` whether a mark follows. The last form may join as many words
    before it as `joins` says.
    """

    kind: Kind
    parts: tuple[str, ...]
    forms: tuple[str, ...] = ()
    starts_sentence: bool = False
    after_apostrophe: bool = False
    follows: bool = False
    ends_phrase: bool = False
    joins: int = 0


def split_words(text: str) -> list[Word]:
    """Return the words of a normalised text, in order, in time linear in its length."""
    words: list[Word] = []
    groups: list[str] = []  # the last words, as far as they may be parts of one number or code
    end = 0
    starts = True
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        starts = starts if not words else _starts_sentence(gap)
        end = match.end()
        group = [match[0]] if _GROUP.fullmatch(match[0]) else []
        if gap != " " or not group:
            words[-1:] = _with_groups(words[-1:], groups)
            groups = []
        groups += group
        if match["unspaced"]:
            words.append(Word("unspaced", (match["unspaced"],), starts_sentence=starts))
            continue
        kind, parts, forms = _read(match["word"], match["dot"] or "", match["sign"] or "")
        if words and gap in {" ", ""}:
            forms += tuple(_joined_forms(words[-1], kind, parts))
        elif words and gap in {"'", "’"}:
            forms += _name_forms(words[-1], match["word"])
        words.append(
            Word(
                kind,
                parts,
                forms,
                starts_sentence=starts,
                after_apostrophe=gap.endswith(("'", "’")),
                follows=gap == " ",
                ends_phrase=_ends_phrase(text, end),
            )
        )
    words[-1:] = _with_groups(words[-1:], groups)
    return words


def _with_groups(last: Sequence[Word], groups: Sequence[str]) -> list[Word]:
    """Return the last word with the form of the number or code that some groups make together.

    14 500 makes 14500, and DE89 3704 0044 makes de8937040044.
    """
    whole = "".join(groups).casefold()
    is_number = len(groups) == 2 and whole.isdigit() and len(groups[0]) <= 3 == len(groups[1])
    is_code = len(groups) in _GROUPS and any(map(str.isdigit, whole))
    if not (is_number or is_code):
        return list(last)
    return [replace(one, forms=(*one.forms, whole), joins=len(groups) - 1) for one in last]


def _starts_sentence(gap: str) -> bool:
    return any(mark in gap for mark in '.!?:;\n"“«(')


def _ends_phrase(text: str, end: int) -> bool:
    return end == len(text) or text[end] in ".,;:!?)\"”'’"


def _read(word: str, dot: str, sign: str) -> tuple[Kind, tuple[str, ...], tuple[str, ...]]:
    if len(word) > _LONGEST:
        return "word", (word,), ()
    if ordinal := _ORDINAL.fullmatch(word):
        return "number", (ordinal[1],), ()
    atoms = _ATOMS.findall(word)
    if len(atoms) == 1:
        kind, parts, forms = _read_atom(word)
    else:
        kind, parts, forms = _read_compound(word, atoms)
    if dot:
        forms += (dot + word.casefold(),)
    if sign and (sign != "-" or len(word) == 1):
        forms += (word.casefold() + sign,)
    return kind, parts, forms


def _read_atom(atom: str) -> tuple[Kind, tuple[str, ...], tuple[str, ...]]:
    if atom.isdigit():
        return "number", (atom,), ()
    atom = _ACRONYMS.sub("", atom)
    humps = _HUMP.split(atom) if any(map(str.isupper, atom[1:])) else [atom]
    if len(humps) > 1:
        return "identifier", tuple(humps), (atom.casefold(),)
    ordinal = ORDINAL_WORDS.get(atom.casefold()) or _ROMAN.get(atom)
    if ordinal:
        return "word", (atom,), (ordinal,)
    has_digit = any(map(str.isdigit, atom))
    return "identifier" if has_digit else "word", (atom,), ()


def _read_compound(
    word: str, atoms: Sequence[str]
) -> tuple[Kind, tuple[str, ...], tuple[str, ...]]:
    parts = tuple(part for atom in atoms for part in _read_atom(atom)[1])
    folded = _SCHEME.sub("", word.casefold())
    forms = [_canonical(folded)]
    pieces = regex.split(r"[/@]", folded)
    if len(pieces) > 1:
        forms += [_canonical(one) for one in pieces if len(_ATOMS.findall(one)) > 1]
    if version := _VERSION.match(folded):
        forms.insert(0, _canonical(folded[version.end() :]))
    if _DOTTED_GROUPS.fullmatch(word):
        forms.append(word.replace(".", ""))
    if _DIGIT_GROUPS.fullmatch(word):
        digits = "".join(atoms)
        forms += [digits] if len(digits) >= _FEWEST_DIGITS else []
    if date := _ISO_DATE.fullmatch(word) or _POINT_DATE.fullmatch(word):
        forms.append(day_form(int(date["month"]), int(date["day"])))
    if date := _SLASH_DATE.fullmatch(word):
        one, other = int(date[1]), int(date[2])
        ways = {(one, other), (other, one)}
        forms += [day_form(month, day) for month, day in sorted(ways) if month in _MONTHS_OF_YEAR]
    has_digit = any(map(str.isdigit, word))
    is_identifier = has_digit or any(mark in word for mark in "@_/.")
    return "identifier" if is_identifier else "word", parts, tuple(dict.fromkeys(forms))


def _canonical(word: str) -> str:
    """Return a word without hyphens and underscores, except hyphens between digits."""
    return _LOOSE_HYPHEN.sub("", word).replace("‐", "-")


def _joined_forms(before: Word, kind: Kind, parts: tuple[str, ...]) -> Iterator[str]:
    """Yield the forms of a word together with the word before it: 32 GB, PPR 9087, 14 March."""
    if len(before.parts) != 1 or len(parts) != 1:
        return
    one, other = before.parts[0], parts[0]
    if before.kind == "number" and kind == "word":
        if (month := MONTHS.get(other.casefold())) and int(one) <= LAST_DAY:
            yield day_form(month, int(one))
        elif len(other) <= _UNIT:
            yield one + other.casefold()
    elif kind == "number" and before.kind == "word":
        if (month := MONTHS.get(one.casefold())) and int(other) <= LAST_DAY:
            yield day_form(month, int(other))
        elif one.isupper() and len(one) <= _PREFIX:
            yield one.casefold() + other


def _name_forms(before: Word, word: str) -> tuple[str, ...]:
    """Return the form of a name with an apostrophe: O'Brien as obrien."""
    (*_, one) = before.parts
    is_name = len(before.parts) == 1 == len(one) and one.isupper() and word[0].isupper()
    return (one.casefold() + word.casefold(),) if is_name and word.isalpha() else ()


def day_form(month: int, day: int) -> str:
    """Return the form of a day of the year, in whatever way it is written."""
    return f"{DAY}{month}-{day}"
