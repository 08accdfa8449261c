from __future__ import annotations

import pytest

from index.evaluation.spans import span_exact, span_f1


@pytest.mark.parametrize(
    ("span", "answers", "exact", "f1"),
    [
        ("the North Sea!", ["North  Sea"], 1, 1),
        ("North Sea", ["a Baltic", "North Sea"], 1, 1),
        # one of two words found is the only word of the answer
        ("North Sea", ["the Sea"], 0, 2 / 3),
        ("North Sea", ["the Sea", "cold North Sea"], 0, 4 / 5),
        ("two two", ["two"], 0, 2 / 3),
        ("3,000", ["3000"], 1, 1),
        ("10 July 2015", ["in March 2016"], 0, 0),
        ("", ["Sea"], 0, 0),
        ("Sea", [], 0, 0),
    ],
)
def test_a_span_is_compared_as_squad_does(
    span: str, answers: list[str], exact: float, f1: float
) -> None:
    assert span_exact(span, answers) == exact
    assert span_f1(span, answers) == pytest.approx(f1)
