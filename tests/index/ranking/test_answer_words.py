"""When two short answers say the same."""

from __future__ import annotations

import pytest

from index.ranking.answer_words import kind_of, normalize, say_the_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vladimir Norov", "Norov"),
        ("the Zhang Ming", "ZHANG MING,"),
        ("Secretary-General Zhang Ming", "Zhang Ming"),
        ("10 July 2015", "2015-07-10"),
        ("July 10, 2015", "on 10 July 2015"),
        ("March 2016", "14 March 2016"),
        ("2016", "March 2016"),
        ("eight member states", "8"),
        ("1,200", "1200 ships"),
        ("dialogue-partner status", "dialogue partner"),
    ],
)
def test_the_same_answer_in_other_words(one: str, other: str) -> None:
    assert say_the_same(one, other)
    assert say_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vladimir Norov", "Rashid Alimov"),
        ("Zhang Ming", "Zhang Wei"),
        ("10 July 2015", "March 2016"),
        ("10 July 2015", "11 July 2015"),
        ("3.5", "35"),
        ("eight", "nine"),
        ("8", "8 million"),
        ("two hundred", "two"),
        ("in use", "not in use"),
        ("the", "a"),
    ],
)
def test_other_answers(one: str, other: str) -> None:
    assert not say_the_same(one, other)
    assert not say_the_same(other, one)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10 July 2015", "date"),
        ("2015", "date"),
        ("eight member states", "number"),
        ("12,000", "number"),
        ("Zhang Ming", "words"),
        ("yesterday", "words"),
    ],
)
def test_an_answer_is_a_date_a_number_or_words(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_words_are_compared_without_case_articles_and_signs() -> None:
    assert normalize("The “Belt-and-Road” Initiative, of 1,000.5 km") == (
        "belt", "and", "road", "initiative", "of", "1000.5", "km",
    )  # fmt: skip
