"""The end of the words that answer: behind a whole code, and before a full stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from index.ranking.answer_ends import trim_answer


def trimmed(text: str, answer: str) -> str:
    start = text.index(answer)
    span = trim_answer(text, Span(start, start + len(answer)), [Span(0, len(text))])
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("It is made in Leeds.", "Leeds.", "Leeds"),
        ("It is made in Leeds, not here.", "Leeds,", "Leeds"),
        ("She said: “It is in Leeds.”", "Leeds.", "Leeds"),
        ("It took 3.5.", "3.5.", "3.5"),
        ("It holds vitamin A.", "vitamin A.", "vitamin A"),
        ("It is made in the U.S.", "the U.S.", "the U.S."),
        ("It is made in the U.S.", "the U.S", "the U.S."),
        ("It opens at 6 a.m.", "6 a.m.", "6 a.m."),
        ("She has a Ph.D.", "Ph.D.", "Ph.D."),
        ("It was Sammy Davis Jr.", "Sammy Davis Jr.", "Sammy Davis Jr."),
        ("Made by Brandt Ing. and sons.", "Brandt Ing.", "Brandt Ing."),
        ("It was hired on 2021-09-30.", "2021", "2021-09-30"),
        ("It is 1.5 m high.", "1", "1.5"),
        ("It is PPR-9087 that broke.", "PPR", "PPR-9087"),
        ("It lasted 1939-1945.", "1939", "1939"),
        ("A 20-year-old did.", "20", "20"),
        ("It ended in 1945.Then came peace.", "1945", "1945"),
        ("Its phone is 44 12-13.", "44", "44"),
    ],
)
def test_an_answer_keeps_the_dot_of_an_abbreviation_alone(
    text: str, answer: str, expected: str
) -> None:
    assert trimmed(text, answer) == expected


@given(st.text("aU. ,1", max_size=20), st.data())
def test_an_end_stays_in_the_text_and_behind_the_start(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = trim_answer(text, Span(start, end), [Span(0, len(text))])
    assert span.start == start <= span.end <= len(text)
