"""Checking that an encoder agrees with the library of the model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding.embedder import Embedder, Vectors
from index.errors import EncoderStrays
from index.types import Span

_MEAN, _LEAST, _OVERLAP = 0.99, 0.95, 0.9  # all-MiniLM-L6-v2 in int8: 0.997, 0.99, 0.98
_NEAREST = 5
_QUESTION = 12  # words
# a word, a question, and a text that is longer than the model reads
_FIXED = ("bees", "What is said of it?", "Copper and lava, in a text without an end. " * 200)


def check_agreement(encoder: Embedder, reference: Embedder, texts: Sequence[str]) -> None:
    """Refuse an encoder whose vectors differ too much from those of `reference`.

    Both embed `texts` as passages with a span in each, and the beginnings of `texts` as questions.

    Raises:
        EncoderStrays: the cosines between their vectors, or the overlap of the nearest texts, are
            low.
    """
    passages = [*texts, *_FIXED]
    questions = [" ".join(passage.split()[:_QUESTION]) for passage in passages]
    ours, theirs = (_embed(one, passages, questions) for one in (encoder, reference))
    cosines = np.concatenate([(a * b).sum(axis=1) for a, b in zip(ours, theirs, strict=True)])
    mean, least = cosines.mean(), cosines.min()
    overlap = _overlap(_near(*ours), _near(*theirs))
    if not (mean >= _MEAN and least >= _LEAST and overlap >= _OVERLAP):  # also false for NaN
        raise EncoderStrays(
            f"its vectors differ from the model's (cosine {mean:.3f} on average, {least:.3f} at "
            f"least; {overlap:.0%} of the nearest texts are the same)"
        )


def _embed(
    embedder: Embedder, passages: Sequence[str], questions: Sequence[str]
) -> tuple[Vectors, Vectors]:
    second_halves = [(Span(len(passage) // 2, len(passage)),) for passage in passages]
    return embedder.embed(passages, second_halves), embedder.embed_questions(questions)


def _near(passages: Vectors, questions: Vectors) -> NDArray[np.int64]:
    """Return the rows of the passages or spans that are nearest to each question."""
    return np.argsort(-(questions @ passages.T), axis=1)[:, :_NEAREST]


def _overlap(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> float:
    """Return the share of `theirs` that stands in the same row of `ours`."""
    return float((theirs[:, :, None] == ours[:, None, :]).any(axis=2).mean())
