from __future__ import annotations

import pytest

from index.evaluation.abstention import Judged, measure_confidence, measure_kinds

JUDGED = [
    Judged(0.9, True),
    Judged(0.5, True),
    Judged(0.4, True),
    Judged(0.8, False, "near"),
    Judged(0.6, False, "near"),
    Judged(0.1, False, "far"),
]


def test_a_confidence_that_reaches_the_threshold_is_an_answer() -> None:
    found = measure_confidence(JUDGED, 0.5)
    assert found["answered"] == pytest.approx(2 / 3)
    assert found["refused"] == pytest.approx(1 / 3)
    assert found["auroc"] == pytest.approx(5 / 9)


def test_questions_of_one_sort_have_only_their_own_share() -> None:
    found = measure_confidence(JUDGED[:3], 0.5)
    assert found.pop("answered") == pytest.approx(2 / 3)
    assert set(found.values()) == {None}


def test_absences_of_one_kind_are_measured_with_all_that_is_answerable() -> None:
    found = measure_kinds(JUDGED, 0.5)
    assert list(found) == ["near", "far"]
    assert found["far"] == measure_confidence([*JUDGED[:3], JUDGED[5]], 0.5)
    assert (found["near"]["refused"], found["far"]["refused"]) == (0, 1)
    assert found["near"]["auroc"] == pytest.approx(2 / 6)


def test_a_kind_with_both_sorts_is_measured_alone() -> None:
    both = [Judged(0.7, True, "who"), Judged(0.2, False, "who")]
    assert measure_kinds([*JUDGED, *both], 0.5)["who"] == measure_confidence(both, 0.5)


def test_questions_without_a_kind_have_none() -> None:
    assert measure_kinds(JUDGED[:3], 0.5) == {}
