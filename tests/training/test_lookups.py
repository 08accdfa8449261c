from __future__ import annotations

import random

from tests.training.lookups import ask_above, lead, look_up, quote
from tests.training.windows import Example

_WINDOW = "The mill stands by the river. Anna and Carla Weber bought it in 1921 for their sons."
_OTHER = "Ferries leave the harbour at seven. Tickets are sold on board by the crew."


def test_a_lookup_that_answers_marks_its_answer_in_the_window() -> None:
    for example in look_up(300, random.Random(1)):
        assert bool(example.spans) == bool(example.label)
        for start, end in example.spans:
            assert example.window[start:end].strip()


def test_about_half_of_the_lookups_answer() -> None:
    labels = [example.label for example in look_up(1000, random.Random(2))]
    assert 400 < sum(labels) < 650


def test_a_quoted_phrase_is_answered_by_the_window_that_holds_it() -> None:
    examples = [Example("Who?", _WINDOW, 1), Example("When?", _OTHER, 1)]
    made = list(quote(examples, 60, random.Random(3)))
    assert {one.label for one in made} == {0, 1}
    for one in made:
        asked = one.question.strip('"').lower()
        assert (asked in one.window.lower()) == bool(one.label)


def test_a_window_below_its_own_question_keeps_its_answer() -> None:
    start = _WINDOW.index("1921")
    one = Example("When was the mill bought?", _WINDOW, 1, ((start, start + 4),))
    [below] = ask_above([one], 1, random.Random(4))
    assert "When was the mill bought?" in below.window
    assert [below.window[slice(*span)] for span in below.spans] == ["1921"]


def test_a_line_that_answers_nothing_moves_the_answer_with_its_window() -> None:
    start = _WINDOW.index("1921")
    one = Example("When was the mill bought?", _WINDOW, 1, ((start, start + 4),))
    chance = random.Random(5)
    led = [lead(one, chance) for _ in range(200)]
    changed = [each for each in led if each.window != _WINDOW]
    assert changed
    assert {each.window[slice(*each.spans[0])] for each in led} == {"1921"}
