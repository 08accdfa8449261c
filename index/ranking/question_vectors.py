"""Vectors of questions, embedded in batches, with a cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from sys import getsizeof
from threading import Lock

import regex
from cachetools import LRUCache

from index.caching import ByteCache, CacheSpace
from index.embedding.embedder import BATCH, Embedder, Vectors
from index.generation.encoders import Encoders
from index.generation.engine import Generation
from index.ranking.centres import Centres, find_centre, with_questions
from index.ranking.general_questions import general_questions
from index.types import Span

_OPEN = 16  # generations whose centres are kept
_WORDS = regex.compile(r"\w(?:.*\w)?", regex.DOTALL)  # without the marks around them


class QuestionVectors:
    """Embeds questions with the encoder that built the searched generation.

    Any number of threads may use it at once. Vectors are cached in `space`. With `of_words`, the
    vector of a question is that of its words: the prompt before them, the marks around them and
    the tokens at both ends, which all questions have, count only as their context.
    """

    def __init__(
        self, encoders: Encoders, space: CacheSpace | None = None, *, of_words: bool = False
    ) -> None:
        self._space = space
        self._encoders = encoders
        self._of_words = of_words
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
        made = dict(_embed(missing, embedder, of_words=self._of_words))
        kept.add(made)
        found |= made
        return [found[text] for text in texts]

    def centres(self, generation: Generation, language: str) -> Centres:
        """Return the centres for questions in a language to a generation."""
        general = self.of(general_questions(language), generation)
        return with_questions(self._centre(generation), general)

    def _centre(self, generation: Generation) -> Vectors:
        """Return the centre of the passages of a generation, which is computed once."""
        with self._lock:
            centre = self._centres.get(generation.folder)
        if centre is None:
            centre = find_centre(generation, self._encoders.reopen(generation))
            with self._lock:
                self._centres[generation.folder] = centre
        return centre


def _new_cache(space: CacheSpace | None) -> ByteCache[str, Vectors]:
    return ByteCache(lambda text, vector: getsizeof(text) + getsizeof(vector), space)


def _embed(
    texts: Sequence[str], embedder: Embedder, *, of_words: bool
) -> Iterator[tuple[str, Vectors]]:
    while texts:
        # batch sizes are powers of two: the encoder compiles each batch shape once
        size = min(1 << len(texts).bit_length() - 1, BATCH)
        some, texts = texts[:size], texts[size:]
        if of_words:
            rows = embedder.embed_questions(some, [(_words(text),) for text in some])[size:]
        else:
            rows = embedder.embed_questions(some)
        for text, vector in zip(some, rows, strict=True):
            yield text, vector.copy()  # a view of one row would keep the whole batch in memory


def _words(text: str) -> Span:
    """Return the span from the first to the last word of a text, the whole text if it has none."""
    found = _WORDS.search(text)
    return Span(*found.span()) if found else Span(0, len(text))
