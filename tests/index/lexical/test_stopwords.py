from __future__ import annotations

import pytest

from index.lexical.analysis import Analyzer
from index.lexical.stopwords import ENGLISH, QUESTION_WORDS


@pytest.mark.parametrize("language", QUESTION_WORDS)
def test_a_question_made_of_question_words_alone_has_no_terms(language: str) -> None:
    latin = language in {"german", "spanish"}
    analyzer = Analyzer(language if latin else "english")
    assert analyzer.terms(QUESTION_WORDS[language]) == []


def test_every_english_stop_word_is_dropped_in_any_case() -> None:
    analyzer = Analyzer("english")
    words = sorted(word for word in ENGLISH if len(word) > 1)
    assert analyzer.terms(" ".join(words)) == []
    assert analyzer.terms(" ".join(word.capitalize() for word in words)) == []


@pytest.mark.parametrize("word", ["member", "world", "system", "found", "help", "north", "state"])
def test_words_that_tell_passages_apart_are_kept(word: str) -> None:
    assert len(Analyzer("english").terms(word)) == 1


def test_english_stop_words_may_be_names_in_a_corpus_of_another_language() -> None:
    assert Analyzer("german").terms("Which") != []
    assert Analyzer("german").terms("welche") == []
