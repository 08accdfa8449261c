"""Reranking by a cross-encoder that the user names, which reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedding.pair_scorer import PairScorer

_REMEDY = (
    "set reranker to the folder of a CrossEncoder that was trained to rank, or to a name on a hub "
    "that can be reached"
)


class Reranker(Protocol):
    """Scores passages by reading question and passage together."""

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(passages),), each from 0 to 1."""
        ...


class CrossEncoderReranker:
    """A CrossEncoder of sentence-transformers, loaded on first use.

    Raises:
        ModelError: on first use, if it cannot be loaded or gives more than one score.
    """

    def __init__(self, name: str) -> None:
        self._scorer = PairScorer(name, "reranker", _REMEDY)

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return the score of each passage; see Reranker."""
        return self._scorer.score([(question, passage) for passage in passages])
