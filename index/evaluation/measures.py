"""Measures of ranking, abstention and calibration, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray

Values = NDArray[np.float64]

RANKING = {
    "ndcg@10": nDCG @ 10,
    "recall@5": R @ 5,
    "recall@20": R @ 20,
    "recall@100": R @ 100,
    "mrr@10": RR @ 10,
    "hit@1": Success @ 1,
}
_BINS = 10
_RESAMPLES = 1000


def score_rankings(
    relevant: Mapping[str, Mapping[str, int]], found: Mapping[str, Sequence[str]]
) -> dict[str, Values]:
    """Return each ranking measure's value for every judged question, float64, by its name.

    `relevant` grades records by question; `found` are records, best first, also by question.
    """
    # each measure breaks ties in its own way, and ranks have no ties
    run = {
        question: {record: float(-rank) for rank, record in enumerate(records)}
        for question, records in found.items()
    }
    names = {measure: name for name, measure in RANKING.items()}
    values: dict[str, dict[str, float]] = {name: {} for name in RANKING}
    for one in ir_measures.iter_calc(list(RANKING.values()), relevant, run):
        values[names[one.measure]][one.query_id] = one.value
    return {
        name: np.array([known.get(question, 0.0) for question in relevant])
        for name, known in values.items()
    }


def auroc(confidence: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """Return the area under the ROC curve, or None if all questions are of one kind."""
    if len(set(answerable)) < 2:
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answerable, confidence))


def calibration_error(confidence: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """Return the expected calibration error over ten bins of equal width.

    Guo et al., On Calibration of Modern Neural Networks (2017).
    """
    if len(set(answerable)) < 2:
        return None
    given, true = np.asarray(confidence), np.asarray(answerable, dtype=float)
    bins = np.minimum((given * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == one).mean() * abs(given[bins == one].mean() - true[bins == one].mean())
            for one in np.unique(bins)
        )
    )


def coverage_at_precision(
    confidence: Sequence[float], answerable: Sequence[bool], precision: float = 0.95
) -> float | None:
    """Return the largest share of questions answered with at least `precision` answerable."""
    if len(set(answerable)) < 2:
        return None
    order = np.argsort(-np.asarray(confidence), kind="stable")
    given = np.asarray(confidence)[order]
    right = np.cumsum(np.asarray(answerable)[order]) / np.arange(1, len(order) + 1)
    # a threshold cannot separate equal confidences
    ends = np.append(given[1:] != given[:-1], True)
    reached = np.flatnonzero((right >= precision) & ends)
    return float((reached[-1] + 1) / len(order)) if len(reached) else 0.0


def interval(values: Values, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean. Efron and Tibshirani (1993)."""
    generator = np.random.default_rng(seed)
    means = [
        values[generator.integers(len(values), size=len(values))].mean() for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
