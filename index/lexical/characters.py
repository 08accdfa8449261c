"""Characters: different code points for the same letter, digit or nothing become one."""

from __future__ import annotations

import unicodedata

import regex

from index.lexical.words import MONTHS

# Soft hyphen, zero-width space and joiners, word joiner, byte order mark: they have no width, and
# they may stand inside a word.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_OTHER_DIGIT = regex.compile(r"[^\P{Nd}0-9]")  # of another script than ASCII
# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i",
     "æ": "ae", "œ": "oe", "ŋ": "n", "ß": "ss"}
)  # fmt: skip
# Letters that keyboards for Arabic, Persian and Urdu write in different ways, as in the normalizers
# of Lucene for Arabic and Persian.
_ARABIC = str.maketrans({"ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ہ": "ه", "ۀ": "ه", "ە": "ه"})
_MARK = regex.compile(r"\p{Mn}+")
_ORDINAL_SIGN = regex.compile(r"(?<=\d)[ºª°]")

# 12,500, 12 500 with an unbreakable space, 12'500; and 1,70,500 as in India.
_GROUPED = regex.compile(
    r"(?<![\p{N}.,'’])\d{1,3}([,'’\u00a0\u202f\u2009])\d{3}(?:\1\d{3})*+(?![\p{N}])"
    r"|(?<![\p{N}.,])\d{1,2}(?:,\d{2}(?!\d))++,\d{3}(?![\p{N}])"
)
_DECIMAL_COMMA = regex.compile(r"(?<=\d),(?=\d)")
# 14th of March and March the 14th, which are 14 March
_DAY_OF = regex.compile(
    rf"(?<=\d)(?:st|nd|rd|th)? of (?=(?:{'|'.join(MONTHS)})\b)", regex.IGNORECASE
)
_MONTH_THE = regex.compile(
    rf"\b({'|'.join(MONTHS)}) the (?=\d{{1,2}}(?:st|nd|rd|th)\b)", regex.IGNORECASE
)
_INITIALS = regex.compile(r"\b(\p{Lu})\.(?=\p{Lu}\b)")
_POSSESSIVE = regex.compile(r"['’]s\b", regex.IGNORECASE)


def normalise(text: str) -> str:
    """Return a text in one way of writing: NFKC, ASCII digits, numbers without separators.

    Invisible characters and the English possessive are removed; U.S. becomes US. and 0,80
    becomes 0.80.
    """
    if not text.isascii():
        text = same_letters(text.translate(_INVISIBLE))
        text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0], found[0])), text)
    text = _GROUPED.sub(_without_separators, text)
    text = _ORDINAL_SIGN.sub("", text)
    text = unicodedata.normalize("NFKC", text)
    text = _DECIMAL_COMMA.sub(".", text)
    text = _MONTH_THE.sub(r"\1 ", _DAY_OF.sub(" ", text))
    return _POSSESSIVE.sub("", _INITIALS.sub(r"\1", text))


def same_letters(text: str) -> str:
    """Return a text whose Arabic letters are written as in Arabic."""
    return text.translate(_ARABIC)


def _without_separators(number: regex.Match[str]) -> str:
    return "".join(char for char in number[0] if char.isdigit())


def fold(word: str) -> str:
    """Return a word in lower case without accents, points and letters of one language only."""
    return _MARK.sub("", unicodedata.normalize("NFD", word)).translate(_LETTERS)
