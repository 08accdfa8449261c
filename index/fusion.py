"""From the features of candidates to one score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.matching import Match

Scores1D = NDArray[np.float32]

# Weights of a softmax over candidates, fitted listwise on two of SciFact, SQuAD and XQuAD and
# checked on the third. They are shares of the whole, so a fused score lies within 0 and 1 and
# means the same from one question to the next.
_DENSE, _SENTENCE, _BM25, _COVERAGE, _PAIRS = 8.4, 7.4, 5.4, 5.1, 2.5
_FEEDBACK = 0.11  # the share of the score that likeness to the best candidates may decide
_PHRASES = 0.15  # what a passage that holds all quoted phrases is given
_BEST = 5  # candidates that feedback is taken from


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of each candidate, float32 of shape (candidates,) each.

    `dense` is its cosine with the question and `sentence` that of its best sentence.
    """

    dense: Scores1D
    sentence: Scores1D
    match: Match


def fuse(features: Features, vectors: NDArray[np.float32]) -> Scores1D:
    """Return one score for each candidate, whose unit vectors are the rows of `vectors`.

    Pseudo-relevance feedback after Rocchio (1971): candidates near to the mean of the best ones,
    weighted by how far these lead, gain on those that stand alone.
    """
    match = features.match
    total = _DENSE + _SENTENCE + _BM25 + _COVERAGE + _PAIRS
    evidence = (
        _DENSE * features.dense
        + _SENTENCE * features.sentence
        + _BM25 * match.bm25
        + _COVERAGE * match.coverage
        + _PAIRS * match.pairs
    )
    best = np.argsort(-evidence, kind="stable")[:_BEST]
    lead = np.exp(evidence[best] - evidence[best[0]])
    centre = (lead / lead.sum()) @ vectors[best]
    near = vectors @ (centre / np.linalg.norm(centre))
    fused = (1 - _FEEDBACK) * evidence / total + _FEEDBACK * near + _PHRASES * match.phrases
    return fused.astype(np.float32)
