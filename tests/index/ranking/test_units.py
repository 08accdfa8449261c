"""Which sentences and lines say something that a question does not."""

from __future__ import annotations

import pytest

from index.lexical.analysis import Analyzer
from index.ranking.units import Asked, is_header, is_labelled

ANALYZER = Analyzer("english")
LONG = " ".join(["The problem was to visit every large town of the province once"] * 3)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who may use the kiln?", "Q: Who may use the kiln?"),
        ("Who may use the kiln?", "Who may use the kiln, and when?"),
        ("When is the kiln lit?", "## When the kiln is lit on Mondays"),
        ("What is the boat fee?", "Boat fee"),
        ("What is the boat fee?", "Boat fee:"),
        ("What does the keeper do?", "Keeper of the gate:"),
        ("Where does Bea Rand work?", "Employee: Bea Rand"),
        ("Who met in February?", "14 february 2020, 11:30"),
        ("Why did they meet?", "Monday, 3 June 2021"),
        ("How many met?", "Published 2020-02-14 10:15"),
        ("What is the fee?", "|---|---|"),
    ],
)
def test_what_asks_announces_or_repeats_tells_nothing(question: str, text: str) -> None:
    assert not Asked(question, ANALYZER).tells(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who may use the kiln?", "A: Members of the guild only."),
        ("What is the boat fee?", "Boat fee: 30 crowns"),
        ("What is the phone number of Bea Rand?", "Phone: 4412"),
        ("When did they meet?", "14 february 2020, 11:30"),
        ("On which day did they meet?", "14 february 2020"),
        ("Who met?", "On 14 February 2020 Ida Holt met Ole Brandt."),
        ("Is the mill shut on feast days?", "The mill is shut on feast days."),
        ("Which essay was it?", "In his essay on the end of war he wrote this sentence:"),
        ("Which problem was it?", f"{LONG}: is there a route?"),
        ("Does it float?", "No."),
    ],
)
def test_what_says_something_new_tells(question: str, text: str) -> None:
    assert Asked(question, ANALYZER).tells(text)


def test_labels_and_values_are_compared_with_the_question() -> None:
    asked = Asked("What is the phone number of Bea Rand?", ANALYZER)
    assert (asked.label_overlap("Phone: 4412"), asked.value_overlap("Phone: 4412")) == (1, 0)
    assert (asked.label_overlap("Name: Bea Rand"), asked.value_overlap("Name: Bea Rand")) == (0, 2)
    assert asked.label_overlap("No label here") == asked.value_overlap("No label here") == 0
    assert is_labelled("- Phone: 4412")
    assert not is_labelled("Q: Is it shut?")
    assert not is_labelled("at 10:30 sharp")


def test_a_header_stands_above_its_rows() -> None:
    marked = ["| Berth | Fee |", "|---|---|", "| B1 | 3 |", "| B2 | 4 |"]
    assert [is_header(marked, at) for at in range(4)] == [True, False, False, False]
    plain = ["Berth | Fee", "B1 | 3", "B2 | 4", "Berth | Fee", "B3 | 5"]
    assert [is_header(plain, at) for at in range(5)] == [True, False, False, True, False]
    assert not is_header(["Cook | Ida", "Groom | Ole"], 0)
    assert not is_header(["alone"], 0)
