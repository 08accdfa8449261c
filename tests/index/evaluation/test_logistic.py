from __future__ import annotations

import numpy as np
import pytest

from index.evaluation.logistic import fit_logistic

RANDOM = np.random.default_rng(5)
GOOD = RANDOM.normal(size=4000)
LIKELY = 1 / (1 + np.exp(-(1.5 * GOOD - 0.5)))
KINDS = RANDOM.random(4000) < LIKELY
EVEN = np.ones(4000)


def test_the_coefficients_that_made_the_data_are_found() -> None:
    coefficients, intercept = fit_logistic(GOOD[:, None], KINDS, EVEN, ["fused"])
    assert coefficients["fused"] == pytest.approx(1.5, abs=0.15)
    assert intercept == pytest.approx(-0.5, abs=0.15)


def test_a_feature_that_says_the_contrary_of_its_meaning_counts_nothing() -> None:
    values = np.column_stack([GOOD, -GOOD, GOOD])
    coefficients, _ = fit_logistic(values, KINDS, EVEN, ["fused", "span", "absent_names"])
    assert coefficients == {"fused": pytest.approx(1.5, abs=0.15), "span": 0, "absent_names": 0}


def test_the_size_of_an_index_may_count_either_way() -> None:
    for sign in (1, -1):
        found, _ = fit_logistic(sign * GOOD[:, None], KINDS, EVEN, ["log_passages"])
        assert sign * found["log_passages"] > 1


def test_weights_count_as_repetitions() -> None:
    few = slice(0, 200)
    twice = np.concatenate([GOOD[:400], GOOD[few]])
    repeated = fit_logistic(
        twice[:, None], np.concatenate([KINDS[:400], KINDS[few]]), np.ones(600), ["fused"]
    )
    weights = np.ones(400)
    weights[few] = 2
    weighed = fit_logistic(GOOD[:400, None], KINDS[:400], weights, ["fused"])
    assert weighed[0]["fused"] == pytest.approx(repeated[0]["fused"], rel=0.02)
    assert weighed[1] == pytest.approx(repeated[1], rel=0.02)


def test_separable_questions_have_finite_coefficients() -> None:
    coefficients, _ = fit_logistic(GOOD[:, None], GOOD > 0, EVEN, ["fused"])
    assert 5 < coefficients["fused"] < 1000
