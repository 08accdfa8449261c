"""Vectors of questions: those of threads that ask at the same time are made together."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from functools import lru_cache

from index.embedding import BATCH, Embedder, Vectors
from index.encoders import Encoders
from index.generation import Generation

_KEPT = 4096  # vectors of questions; of 384 numbers they take 6 MB


class QuestionVectors:
    """Gives the vectors of questions, by the encoder of the generation that is asked."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders
        self._latest: QuestionBatches | None = None

    def of(self, text: str, generation: Generation) -> Vectors:
        """Return the vector of a question, float32 of shape (dimension,).

        Raises:
            ModelError: the encoder cannot be opened on this machine.
        """
        embedder, batches = self._encoders.reopen(generation), self._latest
        if batches is None or batches.embedder is not embedder:
            self._latest = batches = QuestionBatches(embedder)
        return batches.embed(text)


class QuestionBatches:
    """Embeds questions for many threads at once.

    Whoever finds the encoder idle runs it, so a question alone waits for nobody. Those who come
    meanwhile are taken together by the first of them. The latest vectors are kept.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._lock = threading.Lock()
        self._busy = False
        self._waiting: deque[_Question] = deque()
        self.embed = lru_cache(maxsize=_KEPT)(self._embed)

    def _embed(self, text: str) -> Vectors:
        question = _Question(text)
        with self._lock:
            if self._busy:
                self._waiting.append(question)
            else:
                self._busy = True
                question.turn.set_result(None)
        vector = question.turn.result()
        return self._run(question) if vector is None else vector

    def _run(self, first: _Question) -> Vectors:
        """Embed a question together with those that wait, then let the next of them run."""
        with self._lock:
            # sizes are powers of two: each shape of a batch costs the encoder time and memory
            size = 1 << min(len(self._waiting) + 1, BATCH).bit_length() - 1
            others = [self._waiting.popleft() for _ in range(size - 1)]
        try:
            vectors = self.embedder.embed_questions([one.text for one in (first, *others)])
        except BaseException as error:
            for one in others:
                one.turn.set_exception(error)
            raise
        finally:
            self._pass_on()
        for one, vector in zip(others, vectors[1:], strict=True):
            one.turn.set_result(vector.copy())  # a row would keep the whole batch
        mine: Vectors = vectors[0].copy()
        return mine

    def _pass_on(self) -> None:
        with self._lock:
            self._busy = bool(self._waiting)
            if self._busy:
                self._waiting.popleft().turn.set_result(None)


class _Question:
    """A question that waits; `turn` brings its vector, or None if it is its turn to run."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.turn: Future[Vectors | None] = Future()
