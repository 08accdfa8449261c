"""Measures of the confidence in answers, of all questions and by the kind that each names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.evaluation.measures import auroc, calibration_error, coverage_at_precision


@dataclass(frozen=True, slots=True)
class Judged:
    """The confidence in the answer to a question, and whether the corpus answers it."""

    confidence: float
    answerable: bool
    kind: str | None = None


def measure_confidence(judged: Sequence[Judged], threshold: float) -> dict[str, float | None]:
    """Return each measure of confidence by its name, None where the questions do not allow it.

    `answered` is the share of answerable questions with at least the confidence `threshold`, and
    `refused` the share of the others below it.
    """
    given = [one.confidence for one in judged]
    answerable = [one.answerable for one in judged]
    kept = [one.confidence >= threshold for one in judged if one.answerable]
    refused = [one.confidence < threshold for one in judged if not one.answerable]
    return {
        "auroc": auroc(given, answerable),
        "coverage@95": coverage_at_precision(given, answerable),
        "ece": calibration_error(given, answerable),
        "answered": sum(kept) / len(kept) if kept else None,
        "refused": sum(refused) / len(refused) if refused else None,
    }


def measure_kinds(judged: Sequence[Judged], threshold: float) -> dict[str, dict[str, float | None]]:
    """Return the measures of confidence of each kind of question that is named.

    A kind may be wholly answerable, or wholly not, such as the absences of one sort. It is then
    measured together with all other questions of the dataset that are the contrary.
    """
    kinds = dict.fromkeys(one.kind for one in judged if one.kind is not None)
    return {kind: measure_confidence(_of_kind(judged, kind), threshold) for kind in kinds if kind}


def _of_kind(judged: Sequence[Judged], kind: str) -> list[Judged]:
    own = [one for one in judged if one.kind == kind]
    sorts = {one.answerable for one in own}
    if len(sorts) == 2:
        return own
    return own + [one for one in judged if one.answerable not in sorts]
