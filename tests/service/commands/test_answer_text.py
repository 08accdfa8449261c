"""An answer on a terminal."""

from __future__ import annotations

import pytest

from service.answers.answer import Answer
from service.commands.answer_text import print_answer


def printed(capsys: pytest.CaptureFixture[str], confidence: float | None) -> str:
    answer = Answer("Who?", None, False, confidence, (), ("A note.",), "0001")
    print_answer(answer)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("confidence", "line"),
    [
        (0.784, "likely: the documents probably answer this question (78%)"),
        (0.5, "uncertain: the documents speak of this but may not say it (50%)"),
        (0.0, "unlikely: the documents probably do not answer this question (< 1%)"),
    ],
)
def test_the_confidence_is_a_word_with_its_meaning_and_the_number(
    capsys: pytest.CaptureFixture[str], confidence: float, line: str
) -> None:
    assert printed(capsys, confidence).splitlines()[:2] == [line, "A note."]


def test_without_a_calibration_no_confidence_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, None).splitlines()[0] == "A note."
