from __future__ import annotations

from math import log

import numpy as np
import pytest

from index.answering.answer_model import Reading
from index.lexical.terms import CandidateTerms
from index.ranking.candidates import Candidates
from index.ranking.fusion import Features
from index.ranking.matching import Match
from index.ranking.signals import confidence_features, reading_features
from index.ranking.window_readings import WindowReading
from index.ranking.windows import Window
from index.types import Span


def test_the_features_are_of_the_best_and_of_the_size_of_the_index() -> None:
    zeros = np.zeros(2, dtype=np.float32)
    match = Match(zeros, np.array([0.2, 0.8], dtype=np.float32), zeros, zeros, zeros, zeros)
    features = Features(
        dense=np.array([0.0, 0.5], dtype=np.float32),
        sentence=np.array([0.0, 0.25], dtype=np.float32),
        match=match,
        documents=np.array([0, 1]),
        trust=1.0,
        same_language=np.array([1.0, 0.0], dtype=np.float32),
    )
    none = np.zeros(0, dtype=np.int64)
    candidates = Candidates(
        ordinals=np.array([0, 1]),
        vectors=np.zeros((2, 2), dtype=np.float32),
        features=features,
        terms=CandidateTerms(none.astype(np.uint32), none, none),
        sentence_cosines=zeros,
        first_sentence=np.array([0, 1, 2]),
        days=np.zeros(2, dtype=np.int32),
        period_share=np.zeros(2, dtype=np.float32),
        codes=np.zeros(2, dtype=np.int64),
        is_elsewhere=np.zeros(2, dtype=np.bool_),
        absent_codes=1,
        absent_names=2,
    )
    relevance = np.array([0.5, 0.75], dtype=np.float32)
    found = confidence_features("What is it?", candidates, relevance, 1, 500)
    assert found == {
        "fused": 0.75,
        "alike": 0.45,
        "margin": 0.25,
        "log_passages": pytest.approx(log(500)),
        "lexical": pytest.approx(0.4),
        "searched": 0.0,
        "absent_codes": 1,
        "absent_names": 2,
        "foreign": 1.0,
        "cosines": pytest.approx(0.2 * 0.5 + 0.63 * 0.25),
    }
    halved = np.array([0.25, 0.375], dtype=np.float32)
    behind = confidence_features("What is it?", candidates, halved, 0, 500)
    assert (behind["alike"], behind["margin"], behind["foreign"]) == (0.25, 0.0, 0.0)
    words = confidence_features("the smith's wages", candidates, relevance, 1, 500)
    assert words["searched"] == pytest.approx(0.8), "words alone are looked for, not asked"
    sizes = [
        confidence_features("it", candidates, relevance, 1, size)["log_passages"]
        for size in (0, 1, 10**9)
    ]
    assert sizes[0] == sizes[1] < sizes[2] < log(10**9), "beyond what was fitted, nothing is added"


def read(probability: float, span_score: float) -> WindowReading:
    reading = Reading(probability, Span(0, 1), span_score)
    return WindowReading(0, Window("It is.", 0, 0), reading, (), None, words=80)


@pytest.mark.parametrize(
    ("probability", "span_score", "answer", "span"),
    [(0.5, 1.5, 0, 1.5), (0.9, -2.0, log(9), -2), (0.0, -9.0, -6, -6), (1.0, 99.0, 6, 6)],
)
def test_the_likeliest_window_counts_within_limits(
    probability: float, span_score: float, answer: float, span: float
) -> None:
    found = reading_features([read(probability, span_score), read(0.0, 5.0)])
    assert found == {"answer": pytest.approx(answer), "span": span}
