"""What need not be made again: the vectors and terms of texts that were indexed before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.analysis import Analyzer
from index.context import segment_texts
from index.embedding import Batches, Vectors
from index.generation import KEYS, StoredGeneration
from index.keys import Keys, KeyTable, Rows
from index.terms import Hashes, hash_terms
from index.types import Passage, Source
from index.unfinished import UnfinishedVectors


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Vectors of an earlier generation: the rows of their texts' keys, and how to load rows."""

    table: KeyTable
    load: Callable[[Rows], Vectors]


def known_vectors(earlier: StoredGeneration) -> tuple[KnownVectors, KnownVectors]:
    """Return what an earlier generation of the same encoder knows: passages, then sentences."""
    with np.load(earlier.folder / KEYS) as keys:
        passages, sentences = KeyTable(keys["passages"]), KeyTable(keys["sentences"])
    return (
        KnownVectors(passages, earlier.passages.vectors.rows),
        KnownVectors(sentences, earlier.passages.sentences.read),
    )


@dataclass(frozen=True, slots=True)
class VectorSource:
    """Where a build's vectors come from; all of them are of one encoder."""

    known: Sequence[KnownVectors]
    unfinished: UnfinishedVectors
    batches: Batches

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
        for places, vectors in self.batches([texts[place] for place in fresh]):
            self.unfinished.append(keys[fresh[places]], vectors)
            advance(len(places))
        if len(left):
            parts.append((left, self.unfinished.load(self.unfinished.find(keys[left]))))
        found = np.empty((len(texts), parts[0][1].shape[1]), dtype=np.float32)
        for places, vectors in parts:
            found[places] = vectors
        return found


class TermSource:
    """Where a build's terms come from: an earlier generation of the same language, or analysis."""

    def __init__(self, analyzer: Analyzer, earlier: StoredGeneration | None) -> None:
        self._analyzer = analyzer
        self._earlier: StoredGeneration | None = None
        if earlier and earlier.manifest.language == analyzer.language:
            self._earlier = earlier
            with np.load(earlier.folder / KEYS) as keys:
                self._passages, self._sentences = KeyTable(keys["passages"]), keys["sentences"]

    def segments(
        self, window: Sequence[tuple[Passage, Source]], keys: Keys
    ) -> Iterator[list[Hashes]]:
        """Yield the terms of each passage: of its title and headings, then of each sentence.

        `keys` are those of the passages and then of their sentences.
        """
        rows = np.full(len(window), -1)
        if self._earlier:
            rows = self._passages.find(keys[: len(window)])
        end = len(window)
        for (passage, source), row in zip(window, rows.tolist(), strict=True):
            start, end = end, end + len(passage.sentences)
            known = self._known(row, keys[start:end]) if row >= 0 else None
            yield known or [
                hash_terms(self._analyzer.terms(text))
                for text in segment_texts(passage, source.metadata)
            ]

    def _known(self, row: int, sentences: Keys) -> list[Hashes] | None:
        """Return the terms of an earlier passage if its sentences were cut as they are now."""
        assert self._earlier
        first, after = self._earlier.passages.columns["sentence"][row : row + 2].tolist()
        if not np.array_equal(self._sentences[first:after], sentences):
            return None
        return self._earlier.passages.terms.segments(first + row, len(sentences) + 1)
