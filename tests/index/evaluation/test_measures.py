"""Each measure against an example worked by hand."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from index.evaluation.measures import (
    auroc,
    calibration_error,
    coverage_at_precision,
    interval,
    score_rankings,
)

# Of three graded records the worst relevant one comes first, the best third.
GRADES = {"best": 2, "good": 1, "bad": 0}
ORDER = ["good", "unknown", "best", "bad"]


def score(order: list[str], grades: dict[str, int] | None = None) -> dict[str, float]:
    found = score_rankings({"q": GRADES if grades is None else grades}, {"q": order})
    return {name: float(values[0]) for name, values in found.items()}


def test_a_ranking_is_scored_as_by_hand() -> None:
    gained = 1 / log2(2) + 2 / log2(4)
    ideal = 2 / log2(2) + 1 / log2(3)
    assert score(ORDER) == pytest.approx(
        {
            "ndcg@10": gained / ideal,
            "recall@5": 1,
            "recall@20": 1,
            "recall@100": 1,
            "mrr@10": 1,
            "hit@1": 1,
        }
    )


def test_only_so_many_records_count() -> None:
    others = [f"other {number}" for number in range(100)]
    tenth = score([*others[:9], "best", *others[9:], "good"])
    assert tenth["mrr@10"] == pytest.approx(1 / 10)
    assert tenth["ndcg@10"] == pytest.approx(2 / log2(11) / (2 + 1 / log2(3)))
    assert (tenth["hit@1"], tenth["recall@5"]) == (0, 0)
    assert (tenth["recall@20"], tenth["recall@100"]) == (0.5, 0.5)
    eleventh = score([*others[:10], "best"])
    assert (eleventh["mrr@10"], eleventh["ndcg@10"], eleventh["recall@20"]) == (0, 0, 0.5)


@pytest.mark.parametrize("order", [["a", "z"], ["z", "a"]])
def test_records_count_in_the_order_given_whatever_their_names(order: list[str]) -> None:
    first, second = score(order, {order[0]: 1}), score(order, {order[1]: 1})
    assert (first["hit@1"], first["mrr@10"], first["ndcg@10"]) == (1, 1, 1)
    assert (second["hit@1"], second["mrr@10"]) == (0, 0.5)
    assert second["ndcg@10"] == pytest.approx(1 / log2(3))


def test_questions_keep_their_order_and_one_that_found_nothing_scores_nothing() -> None:
    relevant = {"second": {"a": 1}, "first": {"a": 1}, "empty": {"a": 1}, "absent": {"a": 1}}
    found = {"first": ["a"], "second": ["b", "a"], "empty": []}
    assert score_rankings(relevant, found)["mrr@10"].tolist() == [0.5, 1, 0, 0]


def test_no_questions_have_no_scores() -> None:
    assert {len(values) for values in score_rankings({}, {}).values()} == {0}


CONFIDENCE = [0.9, 0.92, 0.1, 0.3]
ANSWERABLE = [True, False, False, True]


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc(CONFIDENCE, ANSWERABLE) == pytest.approx(2 / 4)
    assert auroc([0.5, 0.5, 0.2], [True, False, False]) == pytest.approx(1.5 / 2)


def test_the_calibration_error_is_weighed_by_bin() -> None:
    in_bins = [2 / 4 * (0.91 - 0.5), 1 / 4 * (0.1 - 0), 1 / 4 * (1 - 0.3)]
    assert calibration_error(CONFIDENCE, ANSWERABLE) == pytest.approx(sum(in_bins))
    assert calibration_error([1.0, 0.0], [True, False]) == 0


@pytest.mark.parametrize(
    ("confidence", "answerable", "coverage"),
    [
        # 19 of the first 20 are answerable, which is 95 %, but 19 of 21 are not
        ([1 - place / 100 for place in range(21)], [True] * 19 + [False] * 2, 20 / 21),
        ([0.9, 0.8, 0.1], [True, True, False], 2 / 3),
        ([0.9, 0.1], [False, True], 0),
        # one threshold takes all that are equally sure, or none
        ([0.5, 0.5, 0.5], [True, True, False], 0),
        ([0.9, 0.5, 0.5], [True, True, False], 1 / 3),
    ],
)
def test_coverage_is_how_many_are_answered_before_too_many_are_wrong(
    confidence: list[float], answerable: list[bool], coverage: float
) -> None:
    assert coverage_at_precision(confidence, answerable) == pytest.approx(coverage)


@pytest.mark.parametrize("answerable", [[], [True, True], [False, False]])
@pytest.mark.parametrize("measure", [auroc, calibration_error, coverage_at_precision])
def test_questions_of_one_kind_tell_nothing(measure: object, answerable: list[bool]) -> None:
    assert callable(measure)
    assert measure([0.5] * len(answerable), answerable) is None


def test_an_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = np.array([0.0, 1.0] * 50)
    low, high = interval(values)
    # the mean's standard error is 0.05, and 1.96 of these lie to each side
    assert (low, high) == pytest.approx((0.402, 0.598), abs=0.02)
    assert interval(values) == (low, high)
    assert interval(np.array([0.25, 0.25])) == (0.25, 0.25)
