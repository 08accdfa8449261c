from __future__ import annotations

import pytest

from index.ranking.focus import focus_of, is_question

STORY = "I came to the harbour in the rain and met a man who sold ropes. " * 20


def test_of_a_long_message_the_sentence_that_asks_is_searched() -> None:
    assert (
        focus_of(f"{STORY}Where is the spare key kept? {STORY}") == "Where is the spare key kept?"
    )
    assert focus_of(f"{STORY}Please find the spare key.") == "Please find the spare key."


def test_the_last_two_sentences_that_ask_are_searched_together() -> None:
    asked = "Is it raining? Where is the key? And whose is it?"
    assert focus_of(STORY + asked) == "Where is the key? And whose is it?"


@pytest.mark.parametrize("question", ["", "the key", "I lost it. Where is the key?", STORY])
def test_a_short_question_and_a_message_that_asks_nothing_are_searched_whole(question: str) -> None:
    assert focus_of(question) == question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who digs copper?", True),
        ("when did they leave", True),
        ("tell me about the mill", True),
        ("Is the mill open on Sundays", True),
        ("In which year did it open", True),
        ("duties of the smith", False),
        ("section 2.4.1", False),
        ("the who", False),
        ("mill AND NOT barn", False),
    ],
)
def test_words_alone_are_no_question(text: str, expected: bool) -> None:
    assert is_question(text) is expected
