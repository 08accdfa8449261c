"""Which period a question names, asked on Thursday 14 March 2024 unless a test says otherwise."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ranking.periods import named_period

ASKED_ON = dt.date(2024, 3, 14)


def days(question: str, asked_on: dt.date = ASKED_ON) -> str | None:
    """Return the days that are meant, as "first last" or one day."""
    period = named_period(question, asked_on)
    if period is None:
        return None
    first, last = period.first.isoformat(), period.last.isoformat()
    return first if first == last else f"{first} {last}"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Who led it in 2020?", "2020-01-01 2020-12-31"),
        ("the 2020 summit", "2020-01-01 2020-12-31"),
        ("(2020)", "2020-01-01 2020-12-31"),
        ("2020年谁是秘书长", "2020-01-01 2020-12-31"),
        ("в 1998 году", "1998-01-01 1998-12-31"),
        ("in the 1990s", "1990-01-01 1999-12-31"),
        ("in February 2020", "2020-02-01 2020-02-29"),
        ("in feb. 2019", "2019-02-01 2019-02-28"),
        ("in Sept 2019", "2019-09-01 2019-09-30"),
        ("in April of 2018", "2018-04-01 2018-04-30"),
        ("in May, 2018", "2018-05-01 2018-05-31"),
        ("in 2020-02", "2020-02-01 2020-02-29"),
        ("on 14 February 2020", "2020-02-14"),
        ("on the 3rd of May, 2018", "2018-05-03"),
        ("on May 3rd, 2018", "2018-05-03"),
        ("on Feb 14 2020", "2020-02-14"),
        ("on 2020-02-14", "2020-02-14"),
        ("on 29 February 2020", "2020-02-29"),
        ("between 2018 and 2020", "2018-01-01 2020-12-31"),
        ("from April 2018 to 3 June 2019", "2018-04-01 2019-06-03"),
        ("in 2018–2020", "2018-01-01 2020-12-31"),
        ("in 2018-2020", "2018-01-01 2020-12-31"),
        ("after 2020 and before 2018", "2018-01-01 2020-12-31"),
        ("yesterday", "2024-03-13"),
        ("Today", "2024-03-14"),
        ("Who is the minister now?", "2024-03-14"),
        ("the current minister", "2024-03-14"),
        ("Azerbaijan’s current status", "2024-03-14"),
        ("Who’s the Secretary-General?", "2024-03-14"),
        ("what it is at present", "2024-03-14"),
        ("Who is now what she was in 2020?", "2020-01-01 2020-12-31"),
        ("three days ago", "2024-03-11"),
        ("10 days ago", "2024-03-04"),
        ("last year", "2023-01-01 2023-12-31"),
        ("this year", "2024-01-01 2024-12-31"),
        ("LAST MONTH", "2024-02-01 2024-02-29"),
        ("this month", "2024-03-01 2024-03-31"),
        ("last week", "2024-03-04 2024-03-10"),
        ("this week", "2024-03-11 2024-03-17"),
        ("two years ago", "2022-01-01 2022-12-31"),
        ("seven years ago", "2017-01-01 2017-12-31"),
        ("a month ago", "2024-02-01 2024-02-29"),
        ("last April", "2023-04-01 2023-04-30"),
        ("last February", "2024-02-01 2024-02-29"),
        ("last March", "2023-03-01 2023-03-31"),
        ("this March", "2024-03-01 2024-03-31"),
        ("this February", "2024-02-01 2024-02-29"),
    ],
)
def test_a_question_names_a_time(question: str, meant: str) -> None:
    assert days(question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who was the Secretary-General?",
        "When is the summit?",
        "it cost 1,999 in all",
        "it cost $2,020.50",
        "the phone for $1999",
        "the 1500m race",
        "call 555-2020",
        "call +1-2020-1999",
        "version 1.2020",
        "a share of 2020%",
        "30 February 2020",
        "February 30, 2020",
        "2020-02-30",
        "What may happen?",
        "alternating current and what is known of it",
        "Who was present?",
        "How this may affect trade",
        "Who marched in March?",
        "12345678",
        "",
    ],
)
def test_other_numbers_and_words_name_none(question: str) -> None:
    assert days(question) is None


@pytest.mark.parametrize(
    ("question", "asked_on", "meant"),
    [
        ("a year ago", "2024-12-31", "2023-01-01 2023-12-31"),
        ("one month ago", "2024-03-31", "2024-02-01 2024-02-29"),
        ("12 months ago", "2024-03-31", "2023-03-01 2023-03-31"),
        ("last month", "2024-01-31", "2023-12-01 2023-12-31"),
        ("yesterday", "2024-03-01", "2024-02-29"),
        ("last year", "2024-02-29", "2023-01-01 2023-12-31"),
        ("this April", "2024-03-31", "2024-04-01 2024-04-30"),
    ],
)
def test_the_calendar_is_kept_to(question: str, asked_on: str, meant: str) -> None:
    assert days(question, dt.date.fromisoformat(asked_on)) == meant


def test_a_time_before_the_calendar_begins_is_none() -> None:
    assert days("two years ago", dt.date(1, 5, 1)) is None
    assert days("yesterday", dt.date(1, 1, 1)) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("on 2020-02-14", "14 February 2020"),
        ("last April", "April 2023"),
        ("last year", "2023"),
        ("now", ""),
    ],
)
def test_the_words_are_as_a_text_would_have_them(question: str, words: str) -> None:
    period = named_period(question, ASKED_ON)
    assert period is not None
    assert period.words == words


@given(st.dates(dt.date(1500, 1, 1), dt.date(2099, 12, 31)), st.dates())
def test_a_full_date_means_that_day_whenever_asked(day: dt.date, asked_on: dt.date) -> None:
    for text in (f"{day.isoformat()}", f"{day.day} {day:%B %Y}", f"{day:%b} {day.day}, {day:%Y}"):
        assert days(f"What happened on {text}?", asked_on) == day.isoformat()


parts = st.sampled_from(
    "last this past yesterday today year month week days ago a ten 999 0 1 31 30 29 1999 2020 "
    "2020s 2020-02-30 2020-12 February April may of , . - st".split()
)


@given(st.lists(parts, max_size=8).map(" ".join), st.dates())
def test_whatever_is_named_ends_no_earlier_than_it_begins(text: str, asked_on: dt.date) -> None:
    period = named_period(text, asked_on)
    assert period is None or period.first <= period.last
