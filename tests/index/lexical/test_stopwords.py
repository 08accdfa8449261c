from __future__ import annotations

import pytest

from index.lexical.analysis import Analyzer
from index.lexical.stopwords import (
    ENGLISH,
    QUESTION_WORDS,
    count_stop_words,
    detect_language,
)


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


SAMPLES = {
    "english": "The harbour was built when the town had no road, and it has been in use since.",
    "german": "Der Hafen wurde gebaut, als die Stadt noch keine Straße hatte, und ist in Betrieb.",
    "spanish": "El puerto se construyó cuando la ciudad no tenía carretera, y sigue en uso.",
    "french": "Le port a été construit quand la ville n'avait pas de route, et il sert encore.",
    "italian": "Il porto è stato costruito quando la città non aveva una strada, e serve ancora.",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_the_language_of_a_corpus_is_told_from_its_stop_words(language: str) -> None:
    assert detect_language([SAMPLES[language], "Thessaly"]) == language
    counts = {one: count_stop_words(SAMPLES[language], one) for one in SAMPLES}
    assert max(counts, key=lambda one: counts[one]) == language


@pytest.mark.parametrize(
    "text", ["Гавань построили до дороги", "港口是在公路之前建成的", "☃ 42", ""]
)
def test_a_corpus_without_latin_words_counts_as_english(text: str) -> None:
    assert detect_language([text]) == "english"


def test_single_letters_do_not_tell_the_language_of_a_corpus() -> None:
    assert (
        detect_language(["Tariffs. Plan A. Twelve crowns a month. Plan B, C, D, E, Y."])
        == "english"
    )


def test_one_word_in_every_row_of_a_table_does_not_tell_the_language_of_a_corpus() -> None:
    rows = [f"Boat: {boat}\nPrice: 99 kr\nCode: NA" for boat in ("Heron", "Swift", "Tern")]
    assert detect_language(rows) == "english"


def test_some_foreign_names_do_not_change_the_language_of_a_corpus() -> None:
    texts = [SAMPLES["german"], "Гавань 港口", "The Times", SAMPLES["german"]]
    assert detect_language(texts) == "german"
