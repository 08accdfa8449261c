from __future__ import annotations

from math import log

import numpy as np
import pytest

from index.lexical.terms import CandidateTerms
from index.ranking.candidates import Candidates
from index.ranking.fusion import Features
from index.ranking.matching import Match
from index.ranking.signals import confidence_features


def test_the_features_are_of_the_best_and_of_the_size_of_the_index() -> None:
    zeros = np.zeros(2, dtype=np.float32)
    match = Match(zeros, zeros, zeros, zeros, zeros)
    features = Features(
        dense=zeros, sentence=zeros, match=match, documents=np.array([0, 1]), trust=1.0
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
        absent_codes=1,
        absent_names=2,
    )
    found = confidence_features(candidates, 0.7, 500)
    assert found == {
        "fused": 0.7,
        "alike": 0.45,
        "log_passages": pytest.approx(log(500)),
        "lexical": 0.0,
        "absent_codes": 1,
        "absent_names": 2,
    }
    assert confidence_features(candidates, 0.3, 500)["alike"] == 0.3
    sizes = [confidence_features(candidates, 0.7, size)["log_passages"] for size in (0, 1, 10**9)]
    assert sizes[0] == sizes[1] < sizes[2] < log(10**9), "beyond what was fitted, nothing is added"
