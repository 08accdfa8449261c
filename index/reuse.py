"""Vectors that need not be computed again: those of texts that were embedded before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import Embedder, Vectors, embed_batches
from index.generation import KEYS, Generation
from index.keys import Keys, KeyTable, Rows
from index.unfinished import UnfinishedVectors


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Vectors of an earlier generation: the rows of their texts' keys, and how to load rows."""

    table: KeyTable
    load: Callable[[Rows], Vectors]


def known_vectors(earlier: Generation) -> tuple[KnownVectors, KnownVectors]:
    """Return what an earlier generation of the same encoder knows: passages, then sentences."""
    with np.load(earlier.folder / KEYS) as keys:
        passages, sentences = KeyTable(keys["passages"]), KeyTable(keys["sentences"])
    return (
        KnownVectors(passages, earlier.vectors.rows),
        KnownVectors(sentences, lambda rows: earlier.sentences[rows].astype(np.float32)),
    )


@dataclass(frozen=True, slots=True)
class VectorSource:
    """Where a build's vectors come from; all of them are of one encoder."""

    known: Sequence[KnownVectors]
    unfinished: UnfinishedVectors
    embedder: Embedder

    def vectors(self, texts: Sequence[str], keys: Keys, advance: Callable[[int], None]) -> Vectors:
        """Return float32 of shape (len(texts), dimension), embedding each unknown text once.

        What is embedded goes through `unfinished`, and so is rounded to float16. `texts` holds at
        least one; `advance` is told of each text once.
        """
        parts: list[tuple[Rows, Vectors]] = []  # places among `texts`, and their vectors
        left: Rows = np.arange(len(texts))
        for one in self.known:
            rows = one.table.find(keys[left])
            if (rows >= 0).any():
                parts.append((left[rows >= 0], one.load(rows[rows >= 0])))
            left = left[rows < 0]
        is_first = KeyTable(keys[left]).find(keys[left]) == np.arange(len(left))
        fresh = left[is_first & (self.unfinished.find(keys[left]) < 0)]
        advance(len(texts) - len(fresh))
        for places, vectors in embed_batches(self.embedder, [texts[place] for place in fresh]):
            self.unfinished.append(keys[fresh[places]], vectors)
            advance(len(places))
        if len(left):
            parts.append((left, self.unfinished.load(self.unfinished.find(keys[left]))))
        found = np.empty((len(texts), parts[0][1].shape[1]), dtype=np.float32)
        for places, vectors in parts:
            found[places] = vectors
        return found
