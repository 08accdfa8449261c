from __future__ import annotations

from tests.training.balance import balanced
from tests.training.windows import Example


def test_of_each_question_word_as_many_are_answered_as_not() -> None:
    many = [Example("How many ferries?", "Two.", int(n % 10 == 0)) for n in range(2000)]
    who = [Example("Who steers?", "Ada.", int(n % 10 != 0)) for n in range(2000)]
    kept = list(balanced([*many, *who]))
    for word in ("How", "Who"):
        labels = [one.label for one in kept if one.question.startswith(word)]
        assert len(labels) > 400
        assert abs(sum(labels) / len(labels) - 0.5) < 0.05


def test_what_is_balanced_is_kept() -> None:
    examples = [Example("When?", "At one.", n % 2) for n in range(100)]
    assert list(balanced(examples)) == examples
