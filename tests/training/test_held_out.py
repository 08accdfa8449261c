from __future__ import annotations

import pytest

from tests.training.held_out import HeldOut
from tests.training.sources import READING
from tests.training.windows import Example, sentences_of

pytestmark = pytest.mark.skipif(not READING.is_dir(), reason=f"{READING} is not on this machine")


def test_every_sentence_of_a_held_out_text_is_held_out() -> None:
    held = HeldOut()
    text = held.articles[0].text
    for start, end in sentences_of(text):
        assert held.holds(Example("Who?", text[start:end], 1))


def test_a_window_of_another_text_is_learnt_from() -> None:
    assert not HeldOut().holds(Example("Who?", "Ferries leave the harbour at seven.", 1))


def test_both_kinds_of_questions_are_held_out() -> None:
    labels = [pair.answerable for pair in HeldOut().people]
    assert 0.3 < sum(labels) / len(labels) < 0.7
