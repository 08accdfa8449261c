"""The language of a question, and whether the embedding model was trained on it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from index.lexical.stopwords import count_stop_words

ENGLISH = "english"
_LATIN = ("german", "french", "spanish", "italian", "portuguese", "dutch")
_LETTER = regex.compile(r"\p{L}")
# The languages of each script, among those that a model card may name.
_SCRIPTS = {
    "Cyrillic": {"russian", "ukrainian", "bulgarian"},
    "Arabic": {"arabic", "persian"},
    "Han": {"chinese", "japanese"},
    "Hiragana": {"japanese"},
    "Katakana": {"japanese"},
    "Hangul": {"korean"},
    "Greek": {"greek"},
    "Devanagari": {"hindi"},
    "Gujarati": {"gujarati"},
    "Hebrew": {"hebrew"},
}
_OF_SCRIPT = {script: regex.compile(rf"\p{{{script}}}") for script in ("Latin", *_SCRIPTS)}

# The weight of vectors for a language that the model was not trained on. In Latin script names and
# loan words still carry meaning, in other scripts nothing does. Chosen on XQuAD in five languages.
_TRUST_LATIN, _TRUST_OTHER = 0.2, 0.0


def dense_trust(question: str, corpus_language: str, model_languages: Sequence[str]) -> float:
    """Return how much a model's vectors count for a question, from 0 to 1.

    `model_languages` are the languages that the model was trained on; if it names no language, it
    counts in full. The question's language is detected by its script and its stop words.
    """
    if not model_languages:
        return 1.0
    if not question.isascii():
        letters = {script: len(found.findall(question)) for script, found in _OF_SCRIPT.items()}
        every = len(_LETTER.findall(question))
        if every and letters["Latin"] < every / 2:
            script = max(_SCRIPTS, key=lambda one: letters[one])
            known = letters[script] and _SCRIPTS[script] & set(model_languages)
            return 1.0 if known else _TRUST_OTHER
    if corpus_language in model_languages:
        return 1.0
    used = {
        language: count_stop_words(question, language)
        for language in (corpus_language, *model_languages)
    }
    return 1.0 if max(used, key=lambda one: used[one]) in model_languages else _TRUST_LATIN


def is_english(question: str) -> bool:
    """Return whether a question seems to be in English, by its script and its stop words."""
    latin = len(_OF_SCRIPT["Latin"].findall(question))
    if latin <= len(_LETTER.findall(question)) / 2:
        return False
    found = count_stop_words(question, ENGLISH)
    return all(count_stop_words(question, language) <= found for language in _LATIN)
