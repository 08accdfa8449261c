"""When sources agree, differ, or show a change over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from index import FoundAnswer, Hit, Metadata, Passage, Query, Scores, Source, Span
from index.ranking.agreement import Agreement, compare_answers

WHO = Query("Who is the mayor of Arle?")
WHEN = Query("When was the bridge of Arle built?")


def hit(answer: str, year: int | None = None, probability: float = 0.9) -> Hit:
    day = dt.date(year, 1, 1) if year else None
    return Hit(
        Passage("d", 0, len(answer), answer, (1, 1), sentences=(Span(0, len(answer)),)),
        Source("d", "d.md", Metadata("d", date=day)),
        Scores(1.0, 1.0, 1.0, 1.0, 0.0),
        evidence=(Span(0, len(answer)),),
        answer=FoundAnswer(answer, Span(0, len(answer)), probability) if answer else None,
    )


def told(answer: str, time: str) -> Hit:
    """Return a hit whose sentence names the time of its answer."""
    text = f"{answer} was the mayor {time}."
    found = hit(answer)
    return replace(found, passage=replace(found.passage, text=text), evidence=(Span(0, len(text)),))


def test_one_likely_answer_has_nothing_to_be_compared_with() -> None:
    assert compare_answers(WHO, [hit("Ada Quill", 2020)]) is None
    assert compare_answers(WHO, [hit("Ada Quill", 2020), hit("")]) is None
    assert compare_answers(WHO, [hit("Ada Quill", 2020, 0.5), hit("Ben Orr", 2021)]) is None
    assert compare_answers(WHO, []) is None


def test_nothing_is_compared_where_the_best_passage_does_not_answer() -> None:
    assert compare_answers(WHO, [hit(""), hit("Ada Quill", 2020), hit("Ben Orr", 2021)]) is None


def test_sources_that_say_the_same_agree() -> None:
    hits = [hit("Ada Quill", 2020), hit("Mayor Quill", 2021), hit("Quill", 2019)]
    assert compare_answers(WHO, [hits[0], hits[2]]) == Agreement("agree", ((0, 1),))
    assert compare_answers(WHEN, [hit("10 July 2015"), hit("July 2015")]) == Agreement(
        "agree", ((0, 1),)
    )


def test_holders_of_an_office_changed_over_time_and_the_newest_leads() -> None:
    hits = [hit("Ben Orr", 2020), hit("Ada Quill", 2023), hit("Ada Quill", 2024), hit("Cy", 2018)]
    assert compare_answers(WHO, hits) == Agreement("changed", ((2, 1), (0,), (3,)))


@pytest.mark.parametrize(
    "question",
    [
        "When was the bridge of Arle built?",
        "Who was the mayor of Arle?",
        "Who was the mayor of Arle in 2020?",
    ],
)
def test_other_questions_have_sources_that_differ_best_first(question: str) -> None:
    hits = [hit("Ben Orr", 2020), hit("Ada Quill", 2023)]
    assert compare_answers(Query(question), hits) == Agreement("differ", ((0,), (1,)))


@pytest.mark.parametrize(
    "question", ["What is the status of Arle?", "How many mills does Arle have?"]
)
def test_a_status_and_a_number_change_too(question: str) -> None:
    found = compare_answers(Query(question), [hit("9", 2020), hit("8", 2023)])
    assert found == Agreement("changed", ((1,), (0,)))


def test_the_date_of_a_source_itself_contradicts_nothing() -> None:
    assert compare_answers(WHEN, [hit("10 July 2015", 2024), hit("January 2020", 2020)]) is None
    assert compare_answers(WHEN, [hit("1 January 2020", 2020), hit("July 2015", 2024)]) == (
        Agreement("differ", ((0,), (1,)))
    )


def test_holders_of_the_past_changed_where_each_sentence_names_its_time() -> None:
    hits = [told("Ben Orr", "in April 2018"), told("Ada Quill", "in 2020")]
    question = Query("Who was the mayor of Arle?")
    assert compare_answers(question, hits) == Agreement("changed", ((1,), (0,)))
    hits = [told("Ben Orr", "in 2020"), told("Ada Quill", "in 2020")]
    assert compare_answers(question, hits) == Agreement("differ", ((0,), (1,)))


@pytest.mark.parametrize(
    "hits",
    [
        [hit("Ada Quill", 2023), hit("Ben Orr", 2023)],
        [hit("Ada Quill", 2023), hit("Ben Orr")],
        [hit("Ada Quill", 2023), hit("Ben Orr", 2021), hit("Ada Quill", 2019)],
    ],
)
def test_sources_of_one_time_or_of_none_differ(hits: list[Hit]) -> None:
    found = compare_answers(WHO, hits)
    assert found is not None
    assert found.kind == "differ"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 July 2015", "a bridge of stone"),
        ("eight", "Ada Quill"),
        ("because the old bridge had been broken by ice", "in order to let carts reach the mill"),
    ],
)
def test_answers_that_cannot_contradict_each_other_are_not_compared(one: str, other: str) -> None:
    assert compare_answers(WHEN, [hit(one), hit(other)]) is None
