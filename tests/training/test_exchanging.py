from __future__ import annotations

import random

from tests.training.exchanging import Exchanger

_WINDOW = "In 1965 Ian Smith declared the independence of Rhodesia, the first since 1776."
_QUESTIONS = (
    "Who declared Rhodesia independent in 1965?",
    "Who governed Elizabeth in 1901?",
    "Who declared Norway independent?",
    "Who visited Paris in 1889?",
)


def _exchanger() -> Exchanger:
    return Exchanger(_QUESTIONS)


def test_a_name_is_exchanged_for_one_that_the_window_lacks() -> None:
    pair = _exchanger().name(_QUESTIONS[0], _WINDOW, random.Random(0))
    assert pair is not None
    old, new = pair
    assert old == "Rhodesia"
    assert new not in _WINDOW


def test_a_year_is_exchanged_for_another_year() -> None:
    pair = _exchanger().number(_QUESTIONS[0], _WINDOW, random.Random(0))
    assert pair is not None
    old, new = pair
    assert old == "1965"
    assert new.isdigit()
    assert new not in _WINDOW


def test_a_word_is_exchanged_for_its_opposite() -> None:
    question = "Which was the first independence since 1776?"
    changed = _exchanger().opposite(question, _WINDOW, random.Random(0))
    assert changed == "Which was the last independence since 1776?"


def test_a_negation_is_put_in_and_taken_out() -> None:
    exchanger = _exchanger()
    negated = exchanger.negated("Who was born in Rhodesia?", random.Random(0))
    assert negated == "Who was not born in Rhodesia?"
    assert exchanger.negated(negated, random.Random(0)) == "Who was born in Rhodesia?"


def test_a_question_that_has_nothing_to_exchange_stays_as_it_is() -> None:
    exchanger = _exchanger()
    assert exchanger.name("who declared it?", _WINDOW, random.Random(0)) is None
    assert exchanger.number("who declared it?", _WINDOW, random.Random(0)) is None
