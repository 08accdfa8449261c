"""All candidates of a question in order, with what their confidence rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.answering.confidence import Signal
from index.generation.engine import Generation
from index.ranking.candidates import Candidates
from index.ranking.periods import Period
from index.ranking.window_readings import NOT_READ, Readings
from index.types import Query


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a question in order.

    `order` holds indices of candidates, best first. `period` is the one that the question names.
    `fused` is float32 of shape (candidates,), the score that ranks, and `penalty`, of the same
    shape, what the sources' dates subtracted from it. `reranked` maps the candidates that the
    reranker read to its scores. `signals` are the features that confidence rests on. `readings`
    are those of the answer model, empty without one. `confidence` is the probability that the
    corpus holds an answer, None without a calibration for the model.
    """

    query: Query
    generation: Generation
    candidates: Candidates
    period: Period | None
    order: list[int]
    fused: NDArray[np.float32]
    penalty: NDArray[np.float32]
    reranked: dict[int, float]
    signals: dict[Signal, float]
    readings: Readings = NOT_READ
    confidence: float | None = None
