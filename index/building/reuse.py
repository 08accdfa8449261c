"""Taking vectors and terms from an earlier generation instead of computing them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.building.checkpoint import UnfinishedVectors
from index.building.text_digests import Keys, KeyTable, Rows, text_keys
from index.embedding.embedder import Batches, Vectors
from index.embedding.inputs import segment_texts
from index.embedding.spans import Spans
from index.generation.folder import KEYS, StoredGeneration
from index.generation.local_passages import LocalPassages
from index.lexical.analysis import Analyzer
from index.lexical.terms import Hashes, hash_terms, offsets, ranges
from index.types import Passage, Source


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """The vectors of an earlier generation of the same encoder, by the keys of its passages."""

    table: KeyTable
    passages: LocalPassages

    def load(self, rows: Rows) -> Vectors:
        """Return the vectors of passages, then the vectors of their sentences, in order."""
        return np.concatenate(
            [self.passages.vectors.rows(rows), self.passages.read_sentences(rows)]
        )


def known_vectors(earlier: StoredGeneration) -> KnownVectors:
    """Return the vectors of an earlier generation."""
    return KnownVectors(KeyTable(np.load(earlier.folder / KEYS)), earlier.passages)


def passage_keys(texts: Sequence[str], spans: Sequence[Spans]) -> Keys:
    """Return a key for each passage, made of its text and of where its sentences are cut."""
    cuts = (" ".join(f"{span.start}-{span.end}" for span in its) for its in spans)
    return text_keys([f"{text}\0{cut}" for text, cut in zip(texts, cuts, strict=True)])


@dataclass(frozen=True, slots=True)
class VectorSource:
    """Gives a build its vectors: known, saved by a stopped build, or new; all by one encoder."""

    known: KnownVectors | None
    unfinished: UnfinishedVectors
    batches: Batches

    def vectors(
        self,
        texts: Sequence[str],
        spans: Sequence[Spans],
        keys: Keys,
        advance: Callable[[int], None],
    ) -> Vectors:
        """Return vectors of texts and of their spans, in the order of Embedder.embed.

        There is at least one text. Each unknown text is embedded once. New vectors are saved in
        `unfinished` and read back, so that all vectors are rounded to float16. `advance` is called
        with the number of texts that got their vectors.
        """
        rows = _Rows(spans)
        parts: list[tuple[Rows, Vectors]] = []  # rows of the result, and their vectors
        left: Rows = np.arange(len(texts))
        if self.known:
            earlier = self.known.table.find(keys)
            taken, left = np.flatnonzero(earlier >= 0), np.flatnonzero(earlier < 0)
            if len(taken):
                parts.append((rows.of(taken), self.known.load(earlier[taken])))
        row_keys = _row_keys(keys, rows)
        lacking = rows.owners[self.unfinished.find(row_keys) < 0]
        is_first = KeyTable(keys[left]).find(keys[left]) == np.arange(len(left))
        fresh = left[is_first & np.isin(left, lacking)]
        advance(len(texts) - len(fresh))
        for places, vectors in self.batches(
            [texts[place] for place in fresh], [spans[place] for place in fresh]
        ):
            self.unfinished.append(row_keys[rows.of(fresh[places])], vectors)
            advance(len(places))
        if len(left):
            made = rows.of(left)
            parts.append((made, self.unfinished.load(self.unfinished.find(row_keys[made]))))
        found = np.empty((len(rows.owners), parts[0][1].shape[1]), dtype=np.float32)
        for places, vectors in parts:
            found[places] = vectors
        return found


class _Rows:
    """The rows of each text and of its spans; `owners` holds the text of each row."""

    def __init__(self, spans: Sequence[Spans]) -> None:
        self._counts = np.array([len(its) for its in spans], dtype=np.int64)
        texts = np.arange(len(spans))
        self.owners: Rows = np.concatenate([texts, np.repeat(texts, self._counts)])
        self._firsts = len(spans) + offsets(self._counts)[:-1]

    def of(self, texts: Rows) -> Rows:
        """Return the rows of some texts, then the rows of their spans."""
        return np.concatenate([texts, ranges(self._firsts[texts], self._counts[texts])])

    def numbers(self) -> NDArray[np.uint64]:
        """Return 0 for the row of a text, and 1, 2, ... for the rows of its spans."""
        spans = np.arange(len(self._counts), len(self.owners)) - np.repeat(
            self._firsts, self._counts
        )
        return np.concatenate([np.zeros(len(self._counts)), spans + 1]).astype(np.uint64)


def _row_keys(keys: Keys, rows: _Rows) -> Keys:
    """Return the key of each row; the key of a span is the key of its text plus its number."""
    found: Keys = keys[rows.owners]
    found["second"] += rows.numbers()
    return found


class TermSource:
    """Gives a build its terms: from an earlier generation of the same language, or by analysis."""

    def __init__(self, analyzer: Analyzer, earlier: StoredGeneration | None) -> None:
        self._analyzer = analyzer
        self._earlier: StoredGeneration | None = None
        if earlier and earlier.manifest.language == analyzer.language:
            self._earlier = earlier
            self._table = KeyTable(np.load(earlier.folder / KEYS))

    def segments(
        self, window: Sequence[tuple[Passage, Source]], keys: Keys
    ) -> Iterator[list[Hashes]]:
        """Yield the terms of each passage: of its title and headings, then of each sentence.

        `keys` are the keys of the passages, as passage_keys makes them.
        """
        rows = self._table.find(keys) if self._earlier else np.full(len(window), -1)
        for (passage, source), row in zip(window, rows.tolist(), strict=True):
            if self._earlier and row >= 0:
                first = int(self._earlier.passages.columns["sentence"][row])
                yield self._earlier.passages.terms.segments(row, first, len(passage.sentences))
            else:
                yield [
                    hash_terms(self._analyzer.terms(text))
                    for text in segment_texts(passage, source.metadata)
                ]
