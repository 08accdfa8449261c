"""Answers questions: from the cache, or by embedding, ranking and reading in batches."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from sys import getsizeof
from typing import Protocol

from index import (
    NEAR,
    ByteCache,
    CacheSpace,
    CacheState,
    Generation,
    Hit,
    LiveIndex,
    Query,
    Ranking,
    Vectors,
    cite,
    compare_answers,
    passage_size,
)
from service.answers.activity import Activity
from service.answers.allowance import Allowance, excerpt
from service.answers.alternatives import compare
from service.answers.answer import Answer
from service.answers.batching import Batches
from service.answers.cited import CitedPassage
from service.answers.evidence import evidence_of
from service.answers.observer import NoObserver, Observer
from service.answers.stage_times import StageTimes

_OBJECT = 2000  # bytes of an answer or a hit without its text


class Ranker(Protocol):
    """Finds passages; index.Retriever and Retrievers do."""

    @property
    def at_once(self) -> int: ...

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]: ...

    def order(
        self, queries: Sequence[Query], vectors: Sequence[Vectors], generation: Generation
    ) -> list[Ranking | None]: ...

    def judge(
        self, rankings: Sequence[Ranking | None], generation: Generation
    ) -> list[Ranking | None]: ...

    def hits(self, ranking: Ranking) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class _Embedded:
    """Questions of one generation with their vectors, and the seconds that these took."""

    queries: Sequence[Query]
    generation: Generation
    vectors: Sequence[Vectors]
    seconds: float


class Answerer:
    """Answers questions from the live generation.

    A question is answerable if its confidence reaches `threshold`. Without a calibration for the
    model there is no confidence, and a question is answerable if there is a hit. The latest
    answers of each generation are cached, in `space`. `activity` and `observer` record each
    question. A thread calls `before_batch` before it waits for the encoder. `allowance` returns
    what the caller may see; `clock` gives seconds.
    """

    def __init__(
        self,
        retriever: Ranker,
        live: LiveIndex,
        threshold: float,
        *,
        observer: Observer | None = None,
        before_batch: Callable[[], None] = lambda: None,
        allowance: Callable[[], Allowance] = Allowance,
        space: CacheSpace | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._retriever = retriever
        self._live = live
        self._threshold = threshold
        self._observer = observer or NoObserver()
        self._before_batch = before_batch
        self._allowance = allowance
        self._clock = clock
        self.activity = Activity()
        self._batches = Batches(self._embed, self._find, retriever.at_once)
        self._cache = ByteCache(_size, space)

    def warm_up(self) -> None:
        """Load the model and the index, so that the first question does not wait for them."""
        self._find(self._embed([(Query("?"), self._live.generation)]))

    def answer(self, query: Query) -> Answer:
        """Return the answer to one question."""
        return self.answer_all([query])[0]

    def answer_all(self, queries: Sequence[Query]) -> list[Answer]:
        """Return the answers to questions, in order, all from one generation."""
        began = self._clock()
        for query in queries:
            self._observer.asked(query.text)
        today = dt.datetime.now(dt.UTC).date()
        allowed = self._allowance()
        dated = [
            replace(
                query,
                asked_on=query.asked_on or today,
                top_k=min(query.top_k, allowed.passages),
            )
            for query in queries
        ]
        found = self._look_up(dated, self._live.generation)
        if not allowed.whole:
            found = [replace(one, passages=tuple(map(excerpt, one.passages))) for one in found]
        found = [
            _note_fewer(one, allowed) if query.top_k > allowed.passages else one
            for query, one in zip(queries, found, strict=True)
        ]
        took = round((self._clock() - began) * 1000, 3)
        for _ in found:
            self.activity.record(took)
        return [replace(one, took_ms=took) for one in found]

    def cache(self) -> CacheState:
        """Return the counts of the cache of answers."""
        return self._cache.state()

    def _look_up(self, queries: Sequence[Query], generation: Generation) -> list[Answer]:
        """Take answers from the cache, and make the missing ones in a batch."""
        keys = [(query, generation.id) for query in queries]
        cached = self._cache.find(keys)
        found = {key: replace(one, parts=None) for key, one in cached.items()}
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            self._before_batch()
            made = self._batches.ask([(query, generation) for query, _ in missing])
            new = dict(zip(missing, made, strict=True))
            self._cache.add(new)
            found |= new
        return [found[key] for key in keys]

    def _embed(self, asked: Sequence[tuple[Query, Generation]]) -> list[_Embedded]:
        """Embed the questions of a batch, with one run of the encoder for each generation."""
        embedded = []
        for _, group in groupby(asked, key=lambda one: one[1].id):
            queries, generations = zip(*group, strict=True)
            began = self._clock()
            vectors = self._retriever.embed(queries, generations[0])
            took = self._clock() - began
            embedded.append(_Embedded(queries, generations[0], vectors, took))
        return embedded

    def _find(self, embedded: Sequence[_Embedded]) -> list[Answer]:
        """Rank the passages of embedded questions, judge them and read the best ones."""
        answers: list[Answer] = []
        for one in embedded:
            began = self._clock()
            rankings = self._retriever.order(one.queries, one.vectors, one.generation)
            ordered = self._clock()
            rankings = self._retriever.judge(rankings, one.generation)
            judged = self._clock()
            made = [
                self._answer(query, ranking, one.generation)
                for query, ranking in zip(one.queries, rankings, strict=True)
            ]
            read = self._clock()
            parts = StageTimes(one.seconds, ordered - began, judged - ordered, read - judged)
            for stage, seconds in parts.stages():
                self._observer.took(stage, seconds)
            answers += [replace(answer, parts=parts) for answer in made]
        return answers

    def _answer(self, query: Query, ranking: Ranking | None, generation: Generation) -> Answer:
        hits = self._retriever.hits(ranking) if ranking else []
        passages = tuple(
            CitedPassage(rank, hit, cite(hit.passage, hit.source))
            for rank, hit in enumerate(hits, start=1)
        )
        confidence = ranking.confidence if ranking else None
        answerable = bool(hits) and (confidence is None or confidence >= self._threshold)
        agreement = compare_answers(ranking.query, hits) if ranking and answerable else None
        comparison = compare(agreement, passages) if agreement else None
        evidence = evidence_of(passages[0]) if answerable else None
        return Answer(
            question=query.text,
            evidence=comparison.answer if comparison else evidence,
            answerable=answerable,
            confidence=confidence,
            passages=passages,
            notes=_notes(query, found=bool(hits), answerable=answerable),
            generation=generation.id,
            comparison=comparison,
        )


def _note_fewer(answer: Answer, allowed: Allowance) -> Answer:
    note = f"This key gets {allowed.passages} passages at most."
    return replace(answer, notes=(*answer.notes, note))


def _size(key: tuple[Query, str], answer: Answer) -> int:
    """Return about how many bytes an answer takes, with the question that it is found by."""
    query, _ = key
    asked = getsizeof(query.text) + getsizeof(repr(query.filter))
    hits = [found.hit for found in answer.passages]
    shown = [one for hit in hits for one in ((hit.passage, hit.source), *hit.duplicates)]
    return asked + _OBJECT * (1 + len(hits)) + sum(passage_size(*one) for one in shown)


def _notes(query: Query, *, found: bool, answerable: bool) -> tuple[str, ...]:
    if not found:
        return ("No source passes the filters, so nothing was searched.",)
    notes = []
    if not answerable:
        notes.append("No answer was found in the documents; the passages are the nearest ones.")
    if query.prefer_recent:
        notes.append(f"Passages whose scores differ by less than {NEAR} are sorted newest first.")
    return tuple(notes)
