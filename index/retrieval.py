"""From a question to its best passages, over one generation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.analysis import analyze
from index.embedding import Embedder, Vectors
from index.generation import Generation
from index.types import Hit, Query, Scores, Span

_CANDIDATES = 50  # passages taken from vectors and from BM25, each


class Retriever:
    """Finds passages; one call reads one generation, so a reply never mixes two."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def search(self, query: Query, generation: Generation) -> list[Hit]:
        """Return up to `query.top_k` hits, best first."""
        vector = self._embedder.embed_question(query.text)
        near, _ = generation.vectors.search(vector, _CANDIDATES)
        terms = analyze(query.text)
        matching, _ = generation.lexical.search(terms, _CANDIDATES)
        candidates = np.union1d(near, matching)
        dense = generation.vectors.rows(candidates) @ vector
        lexical = generation.lexical.score(terms, candidates)
        sentence, best = _best_sentences(candidates, vector, generation)
        fused = 0.6 * _min_max((dense + sentence) / 2) + 0.4 * _min_max(lexical)
        order = np.argsort(-fused, kind="stable")[: query.top_k]
        found = generation.catalog.passages(candidates[order].tolist())
        return [
            Hit(
                passage=passage,
                source=source,
                scores=Scores(
                    fused=float(fused[place]),
                    dense=float(dense[place]),
                    sentence=float(sentence[place]),
                    lexical=float(lexical[place]),
                ),
                evidence=(passage.sentences[best[place]],),
            )
            for place, (passage, source) in zip(order.tolist(), found, strict=True)
        ]


def _best_sentences(
    candidates: NDArray[np.int64], vector: Vectors, generation: Generation
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return each passage's best sentence cosine (float32) and that sentence's place in it."""
    firsts = generation.columns["sentence"][candidates]
    counts = generation.columns["sentence"][candidates + 1] - firsts
    rows = np.concatenate([np.arange(f, f + n) for f, n in zip(firsts, counts, strict=True)])
    cosines = generation.sentences[rows].astype(np.float32) @ vector
    parts = np.split(cosines, np.cumsum(counts)[:-1])
    return (
        np.array([part.max() for part in parts], dtype=np.float32),
        np.array([part.argmax() for part in parts]),
    )


def _min_max(values: NDArray[np.float32]) -> NDArray[np.float32]:
    span = values.max() - values.min()
    scaled: NDArray[np.float32] = (values - values.min()) / (span if span > 0 else 1.0)
    return scaled
