from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from service.web.marking import Part, mark

SPANS = st.lists(st.builds(Span, st.integers(-3, 60), st.integers(-3, 60)))


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        ([], []),
        ([(0, 3)], ["one"]),
        ([(4, 7)], ["two"]),
        ([(8, 13)], ["three"]),
        ([(0, 13)], ["one two three"]),
        ([(8, 13), (0, 3)], ["one", "three"]),
        ([(0, 5), (4, 7)], ["one two"]),
        ([(0, 13), (4, 7)], ["one two three"]),
        ([(0, 3), (3, 7)], ["one two"]),
        ([(4, 7), (4, 7)], ["two"]),
        ([(4, 4)], []),
        ([(7, 4)], []),
        ([(8, 99), (-5, 3)], ["one", "three"]),
        ([(50, 60)], []),
    ],
)
def test_what_spans_cover_is_marked(spans: list[tuple[int, int]], marked: list[str]) -> None:
    parts = mark("one two three", [Span(*span) for span in spans])
    assert [part.text for part in parts if part.marked] == marked
    assert "".join(part.text for part in parts) == "one two three"


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ((4, 7), [("one ", True, False), ("two", True, True), (" three", False, False)]),
        ((0, 3), [("one", True, True), (" two", True, False), (" three", False, False)]),
        (
            (6, 10),
            [
                ("one tw", True, False),
                ("o", True, True),
                (" th", False, True),
                ("ree", False, False),
            ],
        ),
        ((-5, 0), [("one two", True, False), (" three", False, False)]),
    ],
)
def test_the_words_that_answer_are_parts_of_their_own(
    answer: tuple[int, int], parts: list[tuple[str, bool, bool]]
) -> None:
    found = mark("one two three", [Span(0, 7)], Span(*answer))
    assert [(part.text, part.marked, part.answers) for part in found] == parts


def test_offsets_count_code_points() -> None:
    assert mark("a😀é\u0301b", [Span(1, 2)]) == [
        Part("a", marked=False),
        Part("😀", marked=True),
        Part("é\u0301b", marked=False),
    ]


def test_an_empty_text_has_no_parts() -> None:
    assert mark("", [Span(0, 0)]) == []


@given(st.text(max_size=50), SPANS)
def test_parts_join_to_the_text_and_marks_are_what_spans_cover(
    text: str, spans: list[Span]
) -> None:
    parts = mark(text, spans)
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
    assert all(one.marked != other.marked for one, other in pairwise(parts))
    covered = [any(span.start <= at < span.end for span in spans) for at in range(len(text))]
    assert [part.marked for part in parts for _ in part.text] == covered
