"""From text to the terms that BM25 counts: folded words, stemmed, without stop words.

Latin words are stemmed for the language of the corpus, words of another script for the most common
language of that script. Chinese, Japanese, Thai, Khmer, Lao and Burmese put no space between words
and Korean adds particles to them, so they are cut into characters and pairs of characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import regex
import Stemmer

from index.lexical.characters import fold, normalise
from index.lexical.stopwords import question_words, stop_words_of
from index.lexical.words import Word, split_words

_HANGUL = regex.compile(r"\p{Hangul}{2,}+")
# Particles that follow a Korean noun, longest first.
_PARTICLES = regex.compile(
    r"(?<=\p{Hangul}{2})(?:에서는|에게서|으로부터|에서|에게|으로|부터|까지|처럼|보다|하고|이나|이라|들은|들이|들을|"
    r"은|는|이|가|을|를|에|의|도|만|와|과|로|나|께)$"
)
_HEBREW_PREFIX = regex.compile(r"(?:[ושכ]?ה|[ושכ]|ו?[בלמ])(?=\p{Hebrew}{3})")
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
_FOLDED = {"LATIN", "HEBREW", "GREEK"}  # scripts whose accents and points make no difference
_CONTRACTED = frozenset("dmst")  # it's, don't: letters that are stop words after an apostrophe
_VERBS_AND_NAMES = {"will", "may", "can"}  # first words of a question, or of a text on somebody
_FEW = 3  # words in capitals that may all be names
_MOST_KNOWN = 1 << 16  # cached stems, 12 MB; the first words of a corpus include the common ones
_LONGEST = 64  # characters; longer words are neither stemmed nor cached


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one word: its parts in order, and the forms of the whole.

    `written` is a plain word or number in lower case, else empty. `is_identifier` is whether the
    whole is a number, a code, an address or the like, `is_name` whether a capital letter marks a
    name, and `is_stop_word` whether it is a stop word that may be a name here. `place` counts the
    words before it, `follows` is whether one space alone parts it from the last of them, and the
    last form may join as many of them as `joins` says.
    """

    parts: tuple[str, ...]
    forms: tuple[str, ...] = ()
    written: str = ""
    is_identifier: bool = False
    is_name: bool = False
    is_stop_word: bool = False
    place: int = 0
    follows: bool = False
    joins: int = 0


class Analyzer:
    """Makes the terms of passages and of questions, for a corpus in one Latin language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._known: dict[str, str] = {}

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text: the parts of its words in order, then the forms.

        U.S. gives us, 1,000 gives 1000, and IL-6 gives il, 6, il6.
        """
        words = self.words(text)
        parts = [part for word in words for part in word.parts]
        return parts + [form for word in words for form in word.forms]

    def words(self, text: str, *, keep_stop_words: bool = False) -> list[Terms]:
        """Return the terms of each word of a text that is not a stop word, in order."""
        words = split_words(normalise(text))
        inner = [word for word in words if not word.starts_sentence]
        capitals = [word for word in inner if word.parts[0][0].isupper()]
        style = _Style(
            is_shouted=len(words) > _FEW and text.isupper(),
            is_headline=2 * len(capitals) > len(inner) > _FEW,
            asks=text.rstrip().endswith(("?", "？")),
            keep_stop_words=keep_stop_words,
        )
        found = [
            self._terms_of(word, at, words[at - 1] if at else None, style)
            for at, word in enumerate(words)
        ]
        return [one for one in found if one.parts]

    def _terms_of(self, word: Word, place: int, before: Word | None, style: _Style) -> Terms:
        if word.kind == "unspaced":
            return Terms(tuple(self._characters(word.parts[0])), place=place)
        if word.kind == "identifier" or len(word.parts) > 1:
            parts = tuple(
                self._stem_of(part)
                for part in word.parts
                if style.keep_stop_words or not self.is_stop_word(part.casefold())
            )
            # set-ups and iPhones are inflected at their end, codes are not
            forms = tuple(self._stem_of(one) if one.isalpha() else one for one in word.forms)
            is_identifier = word.kind == "identifier"
            return Terms(
                parts or forms[:1],
                forms,
                is_identifier=is_identifier,
                is_name=word.parts[0][0].isupper(),
                place=place,
                follows=word.follows,
                joins=word.joins,
            )
        (part,) = word.parts
        if not style.keep_stop_words and self._is_dropped(part, word, before, style):
            return Terms(())
        if _HANGUL.fullmatch(part):
            return Terms(tuple(_pairs(_PARTICLES.sub("", part))), place=place)
        term = self._stem_of(part)
        forms = tuple(self._stem_of(one) if one.isalpha() else one for one in word.forms)
        if prefix := _HEBREW_PREFIX.match(part):
            forms += (fold(part[prefix.end() :]),)
        is_name = part[0].isupper() and not word.starts_sentence and not style.is_headline
        return Terms(
            (term,),
            forms,
            written=part.casefold(),
            is_identifier=word.kind == "number",
            is_name=is_name and not style.is_shouted,
            is_stop_word=self.is_stop_word(part.casefold()),
            place=place,
            follows=word.follows,
            joins=word.joins,
        )

    def _characters(self, run: str) -> list[str]:
        pairs = _pairs(run) if len(run) > 1 else []
        return [char for char in run if char not in self._stop_words] + pairs

    def _is_dropped(self, part: str, word: Word, before: Word | None, style: _Style) -> bool:
        """Return whether a word is a stop word and not a name: who is one, WHO and The Who not."""
        folded = part.casefold()
        if not self.is_stop_word(folded):
            return False
        if word.forms:  # a sign as in A+, or a date as in 5 May
            return False
        if len(part) == 1:
            return not self._is_letter_name(part, word, before)
        if part.isupper():
            return style.is_shouted
        if word.starts_sentence and part.istitle() and folded in _VERBS_AND_NAMES:
            return style.asks
        return not part[0].isupper() or word.starts_sentence or style.is_headline

    def _is_letter_name(self, part: str, word: Word, before: Word | None) -> bool:
        """Return whether a letter is a name, as in vitamin A, World War I or plan d."""
        if before is None or word.after_apostrophe or word.starts_sentence:
            return False
        if part == "I":
            one = before.parts[-1]
            return one[0].isupper() and not self.is_stop_word(one.casefold())
        if part.isupper() or part in _CONTRACTED:
            return True
        return part == "a" and word.ends_phrase

    def is_stop_word(self, folded: str) -> bool:
        """Return whether a word in lower case is a stop word."""
        return folded in self._stop_words

    def _stem_of(self, part: str) -> str:
        folded = part.casefold()
        return self.stem(_GREEK.get(folded, folded))

    def stem(self, word: str) -> str:
        """Return the stem of a word in lower case, which is its term."""
        stem = self._known.get(word)
        if stem is None:
            script = unicodedata.name(word[0], "").split(" ")[0]
            stem = word
            if len(word) <= _LONGEST:
                # a new stemmer for each unknown word, because threads may not share one
                stem = Stemmer.Stemmer(_SCRIPTS.get(script, self.language)).stemWord(word)
            if script in _FOLDED:
                stem = fold(stem)
            if len(word) <= _LONGEST and len(self._known) < _MOST_KNOWN:
                self._known[word] = stem
        return stem

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        languages = {self.language, "russian", "arabic", "chinese", "hebrew", "hindi"}
        words = question_words("korean")
        return words.union(*(stop_words_of(language) for language in languages))


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is written: all in capitals, as a headline, or as a question.

    `keep_stop_words` is whether stop words count.
    """

    is_shouted: bool
    is_headline: bool
    asks: bool
    keep_stop_words: bool


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(max(len(run) - 1, 1))]
