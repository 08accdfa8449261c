"""From a question to an answer; every protocol renders the same Answer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

from index import NEAR, Generation, Hit, LiveIndex, Query, Ranking, Vectors, cite
from service.answers.activity import Activity
from service.answers.batching import Batches
from service.answers.observer import Nobody, Observer

_KEPT = 10_000  # passages in the answers that are kept, which take about 25 MB


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage in a reply: its rank from 1, the hit, and where it stands, in one line."""

    rank: int
    hit: Hit
    citation: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that answers, verbatim, and the rank of the passage it stands in."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question; `evidence` is None where they do not answer it.

    `notes` say in words how the passages were chosen where that is not plain. `took_ms` are the
    milliseconds spent on this reply, with all that was asked along with it; they are few where the
    same was asked before.
    """

    question: str
    evidence: Evidence | None
    answerable: bool
    confidence: float | None
    passages: tuple[CitedPassage, ...]
    notes: tuple[str, ...]
    generation: str
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class CacheState:
    """How often an answer was kept already and how often not, and how many passages are kept."""

    hits: int
    misses: int
    passages: int


class Ranker(Protocol):
    """What finds passages, as index.Retriever does."""

    @property
    def at_once(self) -> int: ...

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]: ...

    def rank(self, query: Query, vector: Vectors, generation: Generation) -> Ranking | None: ...

    def hits(self, ranking: Ranking) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class _Embedded:
    """Questions of one generation with their vectors."""

    queries: Sequence[Query]
    generation: Generation
    vectors: Sequence[Vectors]


class Answerer:
    """Answers questions from the generation that is live when each is asked.

    A question counts as answerable from a confidence of `threshold` on, or, where no calibration
    fits the model, as soon as anything is found. The latest answers of each generation are kept.
    `activity` counts what is answered, `observer` sees it, and `before_batch` is called by each
    thread that is about to wait for the encoder.
    """

    def __init__(
        self,
        retriever: Ranker,
        live: LiveIndex,
        threshold: float,
        observer: Observer | None = None,
        before_batch: Callable[[], None] = lambda: None,
    ) -> None:
        self._retriever = retriever
        self._live = live
        self._threshold = threshold
        self._observer = observer or Nobody()
        self._before_batch = before_batch
        self.activity = Activity()
        self._together = Batches(self._embed, self._find, retriever.at_once)
        self._lock = Lock()
        self._kept: LRUCache[tuple[str, Query], Answer] = LRUCache(_KEPT, getsizeof=_passages)
        self._hits = self._misses = 0

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
        self._find(self._embed([(Query("?"), self._live.generation)]))

    def answer(self, query: Query) -> Answer:
        """Return the best passages for a question and the sentence that answers it."""
        return self.answer_all([query])[0]

    def answer_all(self, queries: Sequence[Query]) -> list[Answer]:
        """Return the same for each of some questions, in order, all from one generation."""
        began = time.perf_counter()
        for query in queries:
            self._observer.asked(query.text)
        today = dt.datetime.now(dt.UTC).date()
        dated = [replace(query, asked_on=query.asked_on or today) for query in queries]
        found = self._look_up(dated, self._live.generation)
        took = round((time.perf_counter() - began) * 1000, 3)
        for _ in found:
            self.activity.record(took)
        return [replace(one, took_ms=took) for one in found]

    def cache(self) -> CacheState:
        """Return what the kept answers have been good for."""
        with self._lock:
            return CacheState(self._hits, self._misses, int(self._kept.currsize))

    def _look_up(self, queries: Sequence[Query], generation: Generation) -> list[Answer]:
        """Take the answers that are kept, and work out the others together."""
        found: dict[Query, Answer] = {}
        with self._lock:
            for query in queries:
                if kept := self._kept.get((generation.id, query)):
                    found[query] = kept
            missing = [query for query in dict.fromkeys(queries) if query not in found]
            self._hits += len(queries) - len(missing)
            self._misses += len(missing)
        if missing:
            self._before_batch()
            made = self._together.ask([(query, generation) for query in missing])
            found.update(zip(missing, made, strict=True))
            with self._lock:
                for query in missing:
                    self._kept[generation.id, query] = found[query]
        return [found[query] for query in queries]

    def _embed(self, asked: Sequence[tuple[Query, Generation]]) -> list[_Embedded]:
        """Embed questions together, those of each generation by themselves."""
        embedded = []
        for _, group in groupby(asked, key=lambda one: one[1].id):
            queries, generations = zip(*group, strict=True)
            began = time.perf_counter()
            vectors = self._retriever.embed(queries, generations[0])
            self._observer.took("embed", time.perf_counter() - began)
            embedded.append(_Embedded(queries, generations[0], vectors))
        return embedded

    def _find(self, embedded: Sequence[_Embedded]) -> list[Answer]:
        """Answer questions that were embedded."""
        answers: list[Answer] = []
        for one in embedded:
            began = time.perf_counter()
            for query, vector in zip(one.queries, one.vectors, strict=True):
                ranking = self._retriever.rank(query, vector, one.generation)
                ranked = time.perf_counter()
                answers.append(self._answer(query, ranking, one.generation))
                read = time.perf_counter()
                self._observer.took("rank", ranked - began)
                self._observer.took("read", read - ranked)
                began = read
        return answers

    def _answer(self, query: Query, ranking: Ranking | None, generation: Generation) -> Answer:
        hits = self._retriever.hits(ranking) if ranking else []
        passages = tuple(
            CitedPassage(rank, hit, cite(hit.passage, hit.source))
            for rank, hit in enumerate(hits, start=1)
        )
        confidence = ranking.confidence if ranking else None
        answerable = bool(hits) and (confidence is None or confidence >= self._threshold)
        return Answer(
            question=query.text,
            evidence=_evidence(passages) if answerable else None,
            answerable=answerable,
            confidence=confidence,
            passages=passages,
            notes=_notes(query, found=bool(hits), answerable=answerable),
            generation=generation.id,
        )


def _passages(answer: Answer) -> int:
    return 1 + sum(1 + len(passage.hit.duplicates) for passage in answer.passages)


def _evidence(passages: tuple[CitedPassage, ...]) -> Evidence:
    best = passages[0].hit
    span = best.evidence[0]
    return Evidence(best.passage.text[span.start : span.end], passages[0].rank)


def _notes(query: Query, *, found: bool, answerable: bool) -> tuple[str, ...]:
    if not found:
        return ("No source passes the filters, so nothing was searched.",)
    notes = []
    if not answerable:
        notes.append("No answer was found in the documents; the passages are the nearest ones.")
    if query.prefer_recent:
        notes.append(f"Passages that score within {NEAR} of one another stand newest first.")
    return tuple(notes)
