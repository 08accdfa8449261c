from __future__ import annotations

from collections import Counter

import pytest

from tests.training.held_out import HeldOut
from tests.training.sources import READING
from tests.training.written import written_questions, written_texts

needs_reading = pytest.mark.skipif(not READING.is_dir(), reason=f"{READING} is not on this machine")


@needs_reading
def test_every_written_question_finds_its_paragraph_and_its_answer() -> None:
    for pair in written_questions():
        assert pair.question == pair.question.strip() != ""
        for start, end in pair.answers:
            assert 0 <= start < end <= len(pair.text), pair.question


def test_every_answer_of_an_invented_text_stands_in_it() -> None:
    for pair in written_texts():
        assert all(pair.text[start:end].strip() for start, end in pair.answers), pair.question


@needs_reading
def test_most_texts_have_questions_of_both_kinds() -> None:
    kinds: dict[str, set[bool]] = {}
    for pair in (*written_questions(), *written_texts()):
        kinds.setdefault(pair.text, set()).add(pair.answerable)
    both = Counter(len(found) for found in kinds.values())
    assert both[2] > 0.95 * both.total()


@needs_reading
def test_some_texts_with_their_questions_are_held_out() -> None:
    held = HeldOut().written
    assert {pair.answerable for pair in held} == {True, False}
    assert len(held) < 0.15 * len((*written_questions(), *written_texts()))
