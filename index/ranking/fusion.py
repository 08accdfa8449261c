"""From the features of candidates to one score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ranking.matching import Match

Scores1D = NDArray[np.float32]

# Fitted listwise on SciFact, SQuAD and XQuAD, each left out in turn; `pincite evaluate` measures
# them. All features lie within 0 and 1 or are cosines, so a score means the same from one
# question to the next.
_DENSE, _SENTENCE, _BM25, _COVERAGE, _PAIRS = 0.23, 0.23, 0.18, 0.18, 0.04
_FEEDBACK = 0.11
_PHRASES = 0.15  # what a passage that holds every quoted phrase gains
_BEST = 5  # candidates that feedback is taken from
_SHARPNESS = 29.0  # how fast their say falls with their distance from the best


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of each candidate, float32 of shape (candidates,) each.

    `dense` is its cosine with the question and `sentence` that of its best sentence; `documents`,
    int64, tells which candidates are of one document. `trust`, from 0 to 1, is how far the model
    knows the question's language.
    """

    dense: Scores1D
    sentence: Scores1D
    match: Match
    documents: NDArray[np.int64]
    trust: float


def fuse(features: Features) -> Scores1D:
    """Return how well each candidate answers, float32 of shape (candidates,).

    Half of BM25 is that of the best candidate of the same document: a document names its subject
    once, and the passage that answers may leave it out.
    """
    match = features.match
    _, document = np.unique(features.documents, return_inverse=True)
    best = np.zeros(len(document), dtype=np.float32)
    np.maximum.at(best, document, match.bm25)
    bm25 = (match.bm25 + best[document]) / 2
    cosines = _DENSE * features.dense + _SENTENCE * features.sentence
    words = (
        _BM25 * bm25 + _COVERAGE * match.coverage + _PAIRS * match.pairs + _PHRASES * match.phrases
    )
    fused: Scores1D = (features.trust * cosines + words).astype(np.float32)
    return fused


def lexical_share(match: Match) -> float:
    """Return how well the words of the best candidates match, from 0 to 1."""
    best = _BM25 * match.bm25.max() + _COVERAGE * match.coverage.max()
    return float(best / (_BM25 + _COVERAGE))


def feedback(fused: Scores1D, vectors: NDArray[np.float32], trust: float) -> Scores1D:
    """Return what likeness to the best candidates adds to each one's rank.

    Pseudo-relevance feedback after Rocchio (1971): the cosine with the mean of the best, each
    weighted by how close it comes to the first. `vectors` are the candidates' unit vectors.
    """
    best = np.argsort(-fused, kind="stable")[:_BEST]
    centre = np.exp(_SHARPNESS * (fused[best] - fused[best[0]])) @ vectors[best]
    near: Scores1D = vectors @ (centre / np.linalg.norm(centre))
    return (trust * _FEEDBACK * near).astype(np.float32)
