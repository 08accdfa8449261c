"""Which windows the answer model reads, of questions that are ranked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.answering.answer_model import AnswerModel
from index.generation.engine import Generation
from index.ranking.duplicates import group_duplicates
from index.ranking.order import Ranking
from index.ranking.rivals import find_rivals
from index.ranking.units import Asked
from index.ranking.window_readings import Readings, Wanted, WindowReading, read_windows

_SURE = 0.7  # a probability from which a window's passage may take the place of the first
_READ = 3  # passages whose windows are read at most, to find one that answers


def read_together(
    model: AnswerModel, rankings: Sequence[Ranking], generation: Generation
) -> list[Readings]:
    """Read the best window of each question, then those that may add to it, in two batches.

    Where the best window hardly answers, the others of its passage or the next two passages may;
    where it answers, other documents may say something else.

    Raises:
        ModelError: the answer model cannot be loaded or run.
    """
    first = [
        Wanted(Asked(one.query.text, generation.analyzer), one.candidates, one.order[:1])
        for one in rankings
    ]
    best = [reading for [reading] in read_windows(model, first, generation)]
    others = [
        replace(wanted, places=_further(ranking, reading))
        for wanted, ranking, reading in zip(first, rankings, best, strict=True)
    ]
    rest = [
        replace(wanted, known=reading, places=() if reading.is_likely else wanted.places)
        for wanted, reading in zip(first, best, strict=True)
    ]
    read = read_windows(model, [*rest, *others], generation)
    return [
        Readings((one,), _one_of_each_document(more, ranking))
        if one.is_likely
        else Readings((one, *near, *more))
        for ranking, one, near, more in zip(rankings, best, read, read[len(rest) :], strict=False)
    ]


def promote(ranking: Ranking, readings: Readings) -> Ranking:
    """Return the ranking with passages that answer before passages that only resemble the question.

    The first place is for the passage whose window answers, if the first one's does not; and each
    rival that answers takes the place of its document's first passage. Its score is then that of
    the passage whose place it takes. A passage that lacks a code of the question takes no place of
    one that holds it, since a model takes two like codes for one.
    """
    codes = ranking.candidates.codes
    for one in readings.rivals:
        over = _first_of_document(ranking, one.place)
        if one.is_likely and codes[one.place] >= codes[over]:
            ranking = _raise(ranking, one.place, over)
    first, *others = readings.deciding
    others = [one for one in others if codes[one.place] >= codes[first.place]]
    best = max(others, key=lambda one: one.reading.probability, default=first)
    if ranking.query.prefer_recent or best is first or best.reading.probability < _SURE:
        return ranking
    return _raise(ranking, best.place, first.place)


def _raise(ranking: Ranking, place: int, over: int) -> Ranking:
    """Return the ranking with one candidate before another, at the other's score."""
    if place == over:
        return ranking
    fused = ranking.fused.copy()
    fused[place] = fused[over]
    order = [one for one in ranking.order if one != place]
    order.insert(order.index(over), place)
    return replace(ranking, order=order, fused=fused)


def _first_of_document(ranking: Ranking, place: int) -> int:
    documents = ranking.candidates.features.documents
    return next(one for one in ranking.order if documents[one] == documents[place])


def _one_of_each_document(
    rivals: Sequence[WindowReading], ranking: Ranking
) -> tuple[WindowReading, ...]:
    """Return the most probable of the readings of each document."""
    documents = ranking.candidates.features.documents
    kept: dict[int, WindowReading] = {}
    for one in sorted(rivals, key=lambda one: one.reading.probability, reverse=True):
        kept.setdefault(int(documents[one.place]), one)
    return tuple(kept.values())


def _further(ranking: Ranking, best: WindowReading) -> list[int]:
    """Return the candidates to read next, without those in another language than the question."""
    same_language = ranking.candidates.features.same_language
    return [place for place in _worth_reading(ranking, best) if same_language[place] == 1]


def _worth_reading(ranking: Ranking, best: WindowReading) -> list[int]:
    if best.is_likely:
        return find_rivals(
            ranking.order,
            ranking.fused + ranking.penalty,
            ranking.candidates,
            ranking.period,
            ranking.query.top_k,
        )
    groups = group_duplicates(list(ranking.order), ranking.candidates, _READ)
    return [group[0] for group in groups[1:]]
