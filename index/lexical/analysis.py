"""From text to the terms that BM25 counts: folded words, stemmed, without stop words.

Latin words are stemmed for the language of the corpus, words of another script for the most common
language of that script. Chinese, Japanese and Thai put no space between words, so they are cut
into characters and pairs of characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property

import regex
import Stemmer
from stop_words import get_stop_words

from index.lexical.stopwords import ENGLISH, QUESTION_WORDS

_UNSPACED_CHARS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー"
_UNSPACED = regex.compile(rf"[{_UNSPACED_CHARS}]")
_WORD = regex.compile(
    rf"[{_UNSPACED_CHARS}]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED_CHARS}]]+", regex.VERSION1
)
_THOUSANDS = regex.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
_DOTTED = regex.compile(r"\b(\p{Lu})\.(?=\p{Lu}\b)")
_POSSESSIVE = regex.compile(r"['’]s\b", regex.IGNORECASE)
_ACCENT = regex.compile(r"\p{Mn}")
_HYPHENATED = regex.compile(r"(?<![\p{L}\p{N}])[\p{L}\p{N}]++(?:[-‐‑][\p{L}\p{N}]++)+")
_GREEK = {
    letter: unicodedata.name(letter).split()[-1].lower() for letter in "αβγδεζηθικμνξπρστυφχψω"
} | {"λ": "lambda"}
# Snowball stemmers by the script of a word's first letter; Latin uses the language of the corpus
_SCRIPTS = {
    "CYRILLIC": "russian",
    "ARABIC": "arabic",
    "GREEK": "greek",
    "DEVANAGARI": "hindi",
    "TAMIL": "tamil",
}
_LATIN = (
    "english", "german", "french", "spanish", "italian", "portuguese", "dutch", "swedish",
    "danish", "norwegian", "finnish", "hungarian", "romanian", "turkish", "catalan", "polish",
    "czech", "indonesian",
)  # fmt: skip


class Analyzer:
    """Makes the terms of passages and of questions, for a corpus in one Latin language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._known: dict[str, str] = {}

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text in order; U.S. gives us, 1,000 1000, and IL-6 il, 6, il6."""
        text = _DOTTED.sub(r"\1", _THOUSANDS.sub("", text))
        text = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text))
        text = _HYPHENATED.sub(lambda match: f"{match[0]} {_joined(match[0])}", text)
        words = _WORD.findall(text)
        is_shouted = len(words) > _FEW and text.isupper()
        return [term for word in words for term in self._terms_of(word, is_shouted=is_shouted)]

    def _terms_of(self, word: str, *, is_shouted: bool) -> list[str]:
        if _UNSPACED.match(word):
            pairs = [word[at : at + 2] for at in range(len(word) - 1)]
            return [char for char in word if char not in self._stop_words] + pairs
        # WHO and IT in capitals are names, who and it are stop words
        is_name = len(word) > 1 and word.isupper() and not is_shouted
        folded = word.casefold()
        if folded in self._stop_words and not is_name:
            return []
        return [self._stem(_GREEK.get(folded, folded))]

    def _stem(self, word: str) -> str:
        stem = self._known.get(word)
        if stem is None:
            script = unicodedata.name(word[0], "").split(" ")[0]
            # a new stemmer for each unknown word, because threads may not share one
            stem = Stemmer.Stemmer(_SCRIPTS.get(script, self.language)).stemWord(word)
            if script == "LATIN":
                stem = _ACCENT.sub("", unicodedata.normalize("NFD", stem))
            if len(self._known) < _MOST_KNOWN:
                self._known[word] = stem
        return stem

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        languages = {self.language, "russian", "arabic", "chinese"}
        return frozenset().union(*(_stop_words_of(language) for language in languages))


_FEW = 3  # words in capitals that may all be names
_MOST_KNOWN = 1 << 16  # cached stems, 12 MB; the first words of a corpus include the common ones


def detect_language(texts: Iterable[str]) -> str:
    """Return the Latin language whose stop words some texts use most, or English without any."""
    words = Counter(
        word.casefold()
        for text in texts
        for word in _WORD.findall(text)
        if not _UNSPACED.match(word)
    )
    used = {
        language: sum(count for word, count in words.items() if word in _stop_words_of(language))
        for language in _LATIN
    }
    best = max(_LATIN, key=lambda language: used[language])
    return best if used[best] else "english"


def count_stop_words(text: str, language: str) -> int:
    """Return how many words of a text are stop words of a language."""
    known = _stop_words_of(language)
    return sum(word.casefold() in known for word in _WORD.findall(text))


def _joined(word: str) -> str:
    return regex.sub(r"[-‐‑]", "", word)


@cache
def _stop_words_of(language: str) -> frozenset[str]:
    words = ENGLISH if language == "english" else get_stop_words(language)
    asked = QUESTION_WORDS.get(language, "").split()
    return frozenset(
        part
        for word in (*words, *asked)
        for part in _WORD.findall(unicodedata.normalize("NFKC", word).casefold())
    )
