"""The language of a text, by py3langid: "en", "de" and so on, of ISO 639-1; "" if it is not clear.

Lui and Baldwin, langid.py: An Off-the-shelf Language Identification Tool (2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import regex

from index.types import Passage

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Of the 135 languages that the library knows, those that it tells apart in a short text. Those that
# only few write and that share most words with one of these are left out.
_LANGUAGES = (
    "af am ar az be bg bn ca cs cy da de el en es et eu fa fi fr ga gu he hi hr hu hy id is it ja "
    "ka kk km kn ko lo lt lv mk ml mn mr my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta "
    "te th tl tr uk ur uz vi zh"
)
_LONGEST = 400  # characters that are read of a text; more tell nothing new
_SURE = 0.5  # the least probability of the language of a passage
_LIKELY = 0.35  # the same of a question, which has few words
_FEWEST = 20  # letters of a passage that has a language of its own
_LETTER = regex.compile(r"\p{L}")


def question_language(question: str) -> str:
    """Return the language of a question, empty if it is not clear.

    It is not known on a full disk either: py3langid unpacks its model into a temporary file.
    """
    try:
        return _language(question, _LIKELY)
    except OSError:
        return ""


def passage_language(text: str) -> str:
    """Return the language of a passage."""
    text = text[:_LONGEST]
    return _language(text, _SURE) if len(_LETTER.findall(text)) >= _FEWEST else ""


def with_languages(passages: Sequence[Passage], stated: str | None) -> tuple[Passage, ...]:
    """Return passages with their languages.

    One whose language is not clear, such as a row of numbers, has that of the passage before it;
    the first one has the language that is `stated` for the document.
    """
    found = []
    language = (stated or "").split("-")[0].lower()
    if language not in _LANGUAGES.split():
        language = ""
    for passage in passages:
        language = passage_language(passage.text) or language
        found.append(replace(passage, language=language))
    return tuple(found)


def _language(text: str, least: float) -> str:
    language, probability = _identifier().classify(text)
    return str(language) if probability >= least else ""


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
