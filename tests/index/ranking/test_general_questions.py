from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.lexical.languages import question_language
from index.ranking import general_questions as module
from index.ranking.general_questions import general_questions

LANGUAGES = json.loads(Path(module.__file__).with_suffix(".json").read_bytes())
ALIKE = {"hr": "sr", "sk": "cs", "no": "da", "da": "no"}  # which the detector may take for another


def test_each_language_has_the_same_number_of_questions_and_none_twice() -> None:
    english = general_questions("en")
    for language in LANGUAGES:
        asked = general_questions(language)
        assert len(set(asked)) == len(english), language
        assert language == "en" or not set(asked) & set(english), language


def test_a_language_without_questions_has_the_english_ones() -> None:
    assert general_questions("xx") == general_questions("") == general_questions("en")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_questions_are_in_their_language(language: str) -> None:
    found = question_language(" ".join(general_questions(language)))
    assert found in {language, ALIKE.get(language, language)}
