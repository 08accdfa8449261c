"""From a question to an answer; every protocol renders the same Answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from index import Hit, LiveIndex, Query, Retriever, cite


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
    """What the documents say to a question; `evidence` is None where they do not answer it."""

    question: str
    evidence: Evidence | None
    answerable: bool
    confidence: float | None
    passages: tuple[CitedPassage, ...]
    generation: str
    took_ms: float


class Answerer:
    """Answers questions from the generation that is live when each is asked."""

    def __init__(self, retriever: Retriever, live: LiveIndex) -> None:
        self._retriever = retriever
        self._live = live

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
        self.answer(Query("?"))

    def answer(self, query: Query) -> Answer:
        """Return the best passages for a question and the sentence that answers it."""
        began = time.perf_counter()
        generation = self._live.generation
        hits = self._retriever.search(query, generation)
        passages = tuple(
            CitedPassage(rank, hit, cite(hit.passage, hit.source))
            for rank, hit in enumerate(hits, start=1)
        )
        return Answer(
            question=query.text,
            evidence=_evidence(passages),
            answerable=bool(passages),
            confidence=None,
            passages=passages,
            generation=generation.id,
            took_ms=round((time.perf_counter() - began) * 1000, 3),
        )


def _evidence(passages: tuple[CitedPassage, ...]) -> Evidence | None:
    if not passages:
        return None
    best = passages[0].hit
    span = best.evidence[0]
    return Evidence(best.passage.text[span.start : span.end], passages[0].rank)
