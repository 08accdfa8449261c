"""Measuring how well an index answers questions whose answers are known."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.evaluation.abstention import Judged, measure_confidence, measure_kinds
from index.evaluation.beir.questions import Question
from index.evaluation.measures import Values, interval, score_rankings
from index.evaluation.spans import span_exact, span_f1
from index.generation.engine import Generation
from index.ranking.agreement import compare_answers
from index.ranking.order import Ranking
from index.ranking.retriever import Retriever
from index.types import Hit, Query

_SHOWN = 10  # passages returned for a question, like a user's top_k
_COUNTED = 100  # a deeper ranking, for recall@100


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one dataset by name; None where the dataset lacks the judgements for it.

    `kinds` are the measures of confidence of each kind of question that the dataset names.
    `intervals` are 95 % bootstrap intervals of the measures that are means over questions.
    `latency_ms` is in milliseconds per question, from text to hits.
    """

    dataset: str
    questions: int
    measures: dict[str, float | None]
    kinds: dict[str, dict[str, float | None]]
    intervals: dict[str, tuple[float, float]]
    latency_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result of one question: records best first, whether evidence is right, confidence.

    `span` is where the answer model saw the answer in the first hit, None if it did not read it.
    `differ` is whether several sources answer, and not the same.
    """

    question: Question
    records: tuple[str, ...]
    evidence_gold: bool
    evidence_first: bool
    span: str | None
    differ: bool
    confidence: float | None
    milliseconds: float


def evaluate(
    dataset: str,
    questions: Sequence[Question],
    retriever: Retriever,
    generation: Generation,
    *,
    threshold: float,
    advance: Callable[[int, int], None],
) -> Evaluation:
    """Ask every question and measure the replies.

    A record counts by its best passage. The records that a user sees come first, then those of a
    deeper ranking. Evidence is right if it holds one of the question's answers, measured in the
    best passage of a relevant record (evidence@gold) and in the answer shown (evidence@1), which
    is the first hit unless the confidence is below `threshold`. `differ` is the share of questions
    with an answer whose reply says that sources differ or that the answer changed over time.
    `advance` is called with the number of questions done and their total.
    """
    paths = generation.catalog.paths()
    outcomes = []
    for done, question in enumerate(questions, start=1):
        outcomes.append(_ask(question, retriever, generation, paths))
        advance(done, len(questions))
    values = _values(outcomes, threshold)
    judged = [
        Judged(one.confidence, one.question.answerable, one.question.kind)
        for one in outcomes
        if one.confidence is not None and one.question.answerable is not None
    ]
    latencies = [one.milliseconds for one in outcomes]
    return Evaluation(
        dataset=dataset,
        questions=len(questions),
        measures={
            **{name: float(found.mean()) if len(found) else None for name, found in values.items()},
            **measure_confidence(judged, threshold),
        },
        kinds=measure_kinds(judged, threshold),
        intervals={name: interval(found) for name, found in values.items() if len(found)},
        latency_ms={
            "p50": float(np.percentile(latencies, 50)),
            "p95": float(np.percentile(latencies, 95)),
        },
    )


def _ask(
    question: Question, retriever: Retriever, generation: Generation, paths: Sequence[str]
) -> _Outcome:
    query = Query(question.text, _SHOWN, asked_on=question.asked_on)
    began = time.perf_counter()
    vectors = retriever.embed([query], generation)
    [ranking] = retriever.rank([query], vectors, generation)
    hits = retriever.hits(ranking) if ranking else []
    milliseconds = (time.perf_counter() - began) * 1000
    if ranking is None:
        return _Outcome(question, (), False, False, None, False, None, milliseconds)
    agreement = compare_answers(ranking.query, hits)
    shown = _records(ranking, paths)
    [deeper] = retriever.rank([replace(query, top_k=_COUNTED)], vectors, generation)
    deeper = deeper or ranking
    places = _records(deeper, paths)
    gold = next((places[path] for path in places if question.relevant.get(path, 0) > 0), None)
    return _Outcome(
        question=question,
        records=tuple(dict.fromkeys([*list(shown)[:_SHOWN], *places])),
        evidence_gold=gold is not None and _holds_answer(retriever.hit(deeper, gold), question),
        evidence_first=bool(hits) and _holds_answer(hits[0], question),
        span=_span(ranking, hits[0]) if hits else None,
        differ=agreement is not None and agreement.kind != "agree",
        confidence=ranking.confidence,
        milliseconds=milliseconds,
    )


def _records(ranking: Ranking, paths: Sequence[str]) -> dict[str, int]:
    """Return the records of a ranking, best first, each with the place of its best passage."""
    documents = ranking.candidates.features.documents
    places: dict[str, int] = {}
    for place in ranking.order:
        places.setdefault(paths[documents[place]], place)
    return places


def _span(ranking: Ranking, first: Hit) -> str | None:
    """Return the span that the answer model read in the first hit, "" where it marked none."""
    one = ranking.readings.of(ranking.order[0])
    if one is None:
        return None
    return first.passage.text[one.span.start : one.span.end] if one.span else ""


def _values(outcomes: Sequence[_Outcome], threshold: float) -> dict[str, Values]:
    judged = [one for one in outcomes if one.question.relevant]
    values = score_rankings(
        {one.question.id: one.question.relevant for one in judged},
        {one.question.id: one.records for one in judged},
    )
    answered = [one for one in judged if one.question.answers]
    values["evidence@gold"] = np.array([one.evidence_gold for one in answered], dtype=float)
    shown = [one.confidence is None or one.confidence >= threshold for one in answered]
    right = [one.evidence_first for one in answered]
    values["evidence@1"] = np.array(right, dtype=float) * np.array(shown, dtype=float)
    # without an answer model there are no spans; a question that it did not read has a wrong one
    is_read = any(one.span is not None for one in answered)
    spans = [(one.span or "", one.question.answers) for one in answered if is_read]
    differ = [one.differ and seen for one, seen in zip(answered, shown, strict=True) if is_read]
    values["differ"] = np.array(differ, dtype=float)
    values["span-exact"] = np.array([span_exact(*one) for one in spans], dtype=float)
    values["span-f1"] = np.array([span_f1(*one) for one in spans], dtype=float)
    return values


def _holds_answer(hit: Hit, question: Question) -> bool:
    marked = " ".join(hit.passage.text[span.start : span.end] for span in hit.evidence)
    marked = " ".join(marked.casefold().split())
    return any(" ".join(answer.casefold().split()) in marked for answer in question.answers)
