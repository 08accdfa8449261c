"""The cell of a row, or the value of a line, that a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.analysis import Analyzer
from index.ranking.cells import asked_value
from index.ranking.units import Asked

ANALYZER = Analyzer("english")
HEADER = "| Boat | Owner | Port | Length | Price |"


def value(question: str, sentence: str, header: str = "") -> str | None:
    span = asked_value(sentence, header, Asked(question, ANALYZER))
    return None if span is None else sentence[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the length of the Heron?", "12 m"),
        ("the price of the Heron", "400"),
        ("How much is the Heron?", "400"),
        ("Who owns the boat Heron?", "Ida Holt"),
        ("How long is the Heron?", "12 m"),
        ("What does the Heron cost?", "400"),
        ("Which boat does Ida Holt own?", "Heron"),
        ("Who is the owner of the boat Heron?", "Ida Holt"),
        ("Where is the Heron?", None),
        ("What are the length and the price of the Heron?", None),
    ],
)
@pytest.mark.parametrize(
    "row", ["| Heron | Ida Holt | Vik | 12 m | 400 |", "Heron|Ida Holt|Vik|12 m|400"]
)
def test_the_cell_of_the_column_that_the_question_names_is_asked_for(
    question: str, row: str, expected: str | None
) -> None:
    assert value(question, row, HEADER) == expected


def test_a_column_whose_value_the_question_names_is_not_asked_for() -> None:
    assert value("What is the phone of room Elm?", "Elm | 4413", "Room | Phone") == "4413"
    assert value("Who is in bed 1?", "1 | Anna", "Bed | Patient") is None


def test_a_row_of_other_cells_than_its_header_has_no_asked_cell() -> None:
    assert value("the price of the Heron", "Heron | 400", HEADER) is None
    assert value("the price of the Heron", "The Heron was sold.", "Boats | Prices") is None
    assert value("the price of the Heron", "Heron | 400") is None


def test_an_empty_cell_answers_nothing() -> None:
    assert value("the price of the Heron", "| Heron | |", "| Boat | Price |") is None


def test_the_value_of_a_line_is_asked_for_by_its_label() -> None:
    assert value("When was Cai Stam hired?", "Hired: 2021-09-30") == "2021-09-30"
    assert (
        value("What is the phone of Cai Stam?", "- Phone: 4413 (in the evening)")
        == "4413 (in the evening)"
    )
    assert value("What is the phone of Cai Stam?", "Name: Cai Stam") is None
    assert value("What is the name of Cai?", "Name: Cai Stam") is None


@given(st.text("ab |\\:", max_size=12), st.text("ab |", max_size=12))
def test_a_value_lies_within_its_sentence(sentence: str, header: str) -> None:
    span = asked_value(sentence, header, Asked("a", ANALYZER))
    assert span is None or 0 <= span.start < span.end <= len(sentence)
