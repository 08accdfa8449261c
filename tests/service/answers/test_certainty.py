from __future__ import annotations

import pytest

from service.answers.certainty import MEANINGS, certainty, in_percent


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (1.0, "very likely"),
        (0.9, "very likely"),
        (0.89, "likely"),
        (0.7, "likely"),
        (0.69, "uncertain"),
        (0.3, "uncertain"),
        (0.29, "unlikely"),
        (0.0, "unlikely"),
    ],
)
def test_a_confidence_has_a_word_with_a_meaning(confidence: float, word: str) -> None:
    assert certainty(confidence) == word
    assert MEANINGS[certainty(confidence)]


@pytest.mark.parametrize(
    ("confidence", "text"), [(1.0, "> 99%"), (0.99, "99%"), (0.784, "78%"), (0.0, "< 1%")]
)
def test_the_number_never_says_that_an_answer_is_sure(confidence: float, text: str) -> None:
    assert in_percent(confidence) == text
