"""Vectors of questions, embedded in batches, with a cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from sys import getsizeof
from threading import Lock

from cachetools import LRUCache

from index.caching import ByteCache, CacheSpace
from index.embedding.embedder import BATCH, Embedder, Vectors
from index.generation.encoders import Encoders
from index.generation.engine import Generation
from index.ranking.centres import find_centre

_OPEN = 16  # generations whose centres are kept


class QuestionVectors:
    """Embeds questions with the encoder that built the searched generation.

    Any number of threads may use it at once. Vectors are cached in `space`.
    """

    def __init__(self, encoders: Encoders, space: CacheSpace | None = None) -> None:
        self._space = space
        self._encoders = encoders
        self._lock = Lock()
        self._embedder: Embedder | None = None
        self._centres: LRUCache[Path, Vectors] = LRUCache(_OPEN)
        self._kept = _new_cache(space)

    def of(self, texts: Sequence[str], generation: Generation) -> list[Vectors]:
        """Return the vector of each question, float32 of shape (dimension,).

        Raises:
            ModelError: the encoder cannot be opened on this machine.
        """
        embedder = self._encoders.reopen(generation)
        with self._lock:
            if embedder is not self._embedder:
                self._embedder, self._kept = embedder, _new_cache(self._space)
            kept = self._kept
        found = kept.find(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        made = dict(_embed(missing, embedder))
        kept.add(made)
        found |= made
        return [found[text] for text in texts]

    def centre(self, generation: Generation) -> Vectors:
        """Return the centre of a generation, which is computed once; see find_centre."""
        with self._lock:
            centre = self._centres.get(generation.folder)
        if centre is None:
            centre = find_centre(generation, self._encoders.reopen(generation))
            with self._lock:
                self._centres[generation.folder] = centre
        return centre


def _new_cache(space: CacheSpace | None) -> ByteCache[str, Vectors]:
    return ByteCache(lambda text, vector: getsizeof(text) + getsizeof(vector), space)


def _embed(texts: Sequence[str], embedder: Embedder) -> Iterator[tuple[str, Vectors]]:
    while texts:
        # batch sizes are powers of two: the encoder compiles each batch shape once
        size = min(1 << len(texts).bit_length() - 1, BATCH)
        for text, vector in zip(texts, embedder.embed_questions(texts[:size]), strict=False):
            yield text, vector.copy()  # a view of one row would keep the whole batch in memory
        texts = texts[size:]
