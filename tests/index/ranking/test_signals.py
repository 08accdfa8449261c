from __future__ import annotations

from math import log

import numpy as np
import pytest

from index.ranking.fusion import Features
from index.ranking.matching import Match
from index.ranking.signals import confidence_features


def test_the_features_are_of_the_best_and_of_the_size_of_the_index() -> None:
    zeros = np.zeros(2, dtype=np.float32)
    match = Match(zeros, zeros, zeros, zeros, zeros)
    features = Features(
        dense=zeros, sentence=zeros, match=match, documents=np.array([0, 1]), trust=1.0
    )
    found = confidence_features(features, 0.7, 500)
    assert found == {"fused": 0.7, "log_passages": pytest.approx(log(500)), "lexical": 0.0}
    sizes = [confidence_features(features, 0.7, size)["log_passages"] for size in (0, 1, 10**9)]
    assert sizes[0] == sizes[1] < sizes[2] < log(10**9), "beyond what was fitted, nothing is added"
