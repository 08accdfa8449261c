"""Fusion: from the features of candidates to one score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ranking.matching import Match, Scores1D

# Fitted listwise on SciFact, SQuAD and XQuAD, leaving out each in turn; `pincite evaluate` measures
# the result. All features lie between 0 and 1 or are cosines, so scores of different questions can
# be compared.
_DENSE, _SENTENCE, _BM25, _COVERAGE, _PAIRS = 0.23, 0.23, 0.18, 0.18, 0.04
_FEEDBACK = 0.11
# Added to a passage that holds all codes of the question, such as 3.2.10; the parts of one stand in
# passages about another.
_CODES = 0.15
_PHRASES = 0.15  # added to a passage that holds every quoted phrase
_BEST = 5  # candidates that feedback uses
# Dense and sentence for a passage in another language than that of the question, or for a question
# without a word that counts: words cannot agree there, so cosines take their share, about the ratio
# of the two where both can. The sentence tells more: chosen on every second question of XQuAD over
# English paragraphs, in five languages.
_FOREIGN_DENSE, _FOREIGN_SENTENCE = 0.2, 0.63
_SHARPNESS = 29.0  # how fast a candidate's weight falls with its distance from the best score


@dataclass(frozen=True, slots=True)
class Features:
    """The features of each candidate, float32 of shape (candidates,) each.

    `dense` is the cosine of the passage with the question, `sentence` the cosine of its best
    sentence, and `documents` (int64) the ordinal of its document. `trust`, from 0 to 1, is how
    much vectors count for the question's language. `same_language` is 1 where a passage is in the
    language of the question, or one of the two is not known, and 0 where it is in another one.
    `has_terms` is whether the question has a word that counts: "who are you" has none.
    """

    dense: Scores1D
    sentence: Scores1D
    match: Match
    documents: NDArray[np.int64]
    trust: float
    same_language: Scores1D
    has_terms: bool = True


def fuse(features: Features) -> Scores1D:
    """Return how well each candidate matches the question, float32 of shape (candidates,).

    Half of BM25 comes from the best candidate of the same document, because a document may name
    its subject only once, outside the passage that answers.
    """
    match = features.match
    _, document = np.unique(features.documents, return_inverse=True)
    best = np.zeros(len(document), dtype=np.float32)
    np.maximum.at(best, document, match.bm25)
    bm25 = (match.bm25 + best[document]) / 2
    words = (
        _BM25 * bm25 + _COVERAGE * match.coverage + _PAIRS * match.pairs + _PHRASES * match.phrases
    )
    fused: Scores1D = (cosine_part(features) + words).astype(np.float32)
    return fused


def cosine_part(features: Features) -> Scores1D:
    """Return the part of each score that vectors give, float32 of shape (candidates,)."""
    foreign = 1 - features.same_language * np.float32(features.has_terms)
    dense = _DENSE + (_FOREIGN_DENSE - _DENSE) * foreign
    sentence = _SENTENCE + (_FOREIGN_SENTENCE - _SENTENCE) * foreign
    cosines = dense * features.dense + sentence * features.sentence
    part: Scores1D = (features.trust * cosines).astype(np.float32)
    return part


def code_bonus(codes: NDArray[np.int64]) -> Scores1D:
    """Return the addition to each score for the codes of the question that a candidate holds.

    `codes` are their numbers, of shape (candidates,).
    """
    return (_CODES * codes / max(int(codes.max(initial=0)), 1)).astype(np.float32)


def lexical_share(match: Match) -> float:
    """Return how well the words of the best candidates match, from 0 to 1."""
    best = _BM25 * match.bm25.max() + _COVERAGE * match.coverage.max()
    return float(best / (_BM25 + _COVERAGE))


def feedback(fused: Scores1D, vectors: NDArray[np.float32], trust: float) -> Scores1D:
    """Return the addition to each score for likeness to the best candidates, float32 (candidates,).

    Pseudo-relevance feedback after Rocchio (1971): the cosine with the mean of the best
    candidates, each weighted by the distance of its score from the best. `vectors` are the unit
    vectors of the candidates, of shape (candidates, dimension).
    """
    best = np.argsort(-fused, kind="stable")[:_BEST]
    centre = np.exp(_SHARPNESS * (fused[best] - fused[best[0]])) @ vectors[best]
    near: Scores1D = vectors @ (centre / np.linalg.norm(centre))
    return (trust * _FEEDBACK * near).astype(np.float32)
