from __future__ import annotations

import random

from tests.training.windows import cut, most_alike, sentences_of

_TEXT = (
    "Basalt is an igneous rock. It forms when lava cools near the surface. "
    "Copper was mined in Cyprus from 4000 BC. Bees make honey in summer."
)


def test_sentences_cover_a_text_in_order() -> None:
    found = [_TEXT[start:end] for start, end in sentences_of(_TEXT)]
    assert len(found) == 4
    assert found[2] == "Copper was mined in Cyprus from 4000 BC."


def test_a_window_holds_the_answer_and_whole_sentences() -> None:
    start = _TEXT.index("4000 BC")
    answer = (start, start + len("4000 BC"))
    sentences = sentences_of(_TEXT)
    for seed in range(20):
        first, last = cut(_TEXT, answer, random.Random(seed))
        assert first <= answer[0] < answer[1] <= last
        assert first in {one[0] for one in sentences}
        assert last in {one[1] for one in sentences}


def test_a_very_long_sentence_is_cut_around_the_answer() -> None:
    text = "word " * 300 + "answer " + "word " * 300
    start = text.index("answer")
    first, last = cut(text, (start, start + 6), random.Random(0))
    assert first <= start < last
    assert len(text[first:last].split()) <= 100


def test_the_sentence_most_like_a_question_shares_its_words() -> None:
    start, end = most_alike(_TEXT, "Where was copper mined?")
    assert "Cyprus" in _TEXT[start:end]
