"""The passages of a generation in local files: FAISS, tantivy and memory maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalog.selection import Selector
from index.embedding.embedder import Vectors
from index.filters import Filter
from index.generation.engine import PassageRows
from index.lexical.bm25 import LexicalIndex
from index.lexical.terms import PassageTerms, offsets, ranges
from index.vectors.faiss_index import VectorIndex
from index.vectors.float16 import Float16Rows

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class LocalPassages:
    """The index.generation.engine.PassageIndex over local files.

    `columns` has the dtype of index.catalog.columns, one row for each passage and one more row,
    which ends the sentences of the last passage. `sentences` are the vectors of sentences, of shape
    (sentences, dimension).
    """

    selector: Selector
    vectors: VectorIndex
    lexical: LexicalIndex
    terms: PassageTerms
    columns: NDArray[np.void]
    sentences: Float16Rows

    def matching(
        self, terms: Sequence[str], limit: int, chosen: Filter | None
    ) -> NDArray[np.int64]:
        """Return the best passages by BM25, of those whose source passes `chosen`."""
        among = self.selector.select(chosen) if chosen else None
        if among is not None and not len(among.documents):
            return _NONE
        return self.lexical.search(terms, limit, among)

    def nearest(self, vector: Vectors, limit: int, chosen: Filter | None) -> NDArray[np.int64]:
        """Return the passages nearest to a unit vector, of those whose source passes `chosen`."""
        among = self.selector.select(chosen) if chosen else None
        if among is None:
            return self.vectors.search(vector, limit)
        if not len(among.documents):
            return _NONE
        return self.vectors.search(vector, limit, among.passages)

    def read(self, ordinals: NDArray[np.int64]) -> PassageRows:
        """Return the rows of passages that ranking reads."""
        columns = self.columns[ordinals]
        firsts, counts = self._sentences_of(ordinals)
        return PassageRows(
            vectors=self.vectors.rows(ordinals),
            documents=columns["document"],
            days=columns["day"],
            sentences=self.sentences.read(ranges(firsts, counts)),
            first_sentence=offsets(counts),
            terms=self.terms.of(ordinals, firsts, counts),
            languages=columns["language"],
        )

    def read_sentences(self, ordinals: NDArray[np.int64]) -> Vectors:
        """Return the vectors of the sentences of passages, in order."""
        return self.sentences.read(ranges(*self._sentences_of(ordinals)))

    def _sentences_of(
        self, ordinals: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the ordinal of the first sentence of each passage, and its number of sentences."""
        firsts = self.columns["sentence"][ordinals]
        return firsts, self.columns["sentence"][ordinals + 1] - firsts

    def frequencies(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Return the number of passages in which each term occurs."""
        return {term: self.lexical.frequency(term) for term in terms}
