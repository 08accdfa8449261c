"""Whether the answers of several sources agree, differ, or changed over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.ranking.answer_words import kind_of, normalize, period_of, say_the_same
from index.ranking.periods import asks_about_now, named_period
from index.types import AgreementKind, Hit, Query

# The probability of the first answer from which others are compared with it, a higher one than
# that from which an answer is marked: a wrong "the sources differ" is worse than none.
_SURE = 0.6
_LONGEST = 6  # words of an answer that may contradict another one

_Days = tuple[dt.date, dt.date]  # the first and the last one


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the sources say together.

    Each group holds the indices of hits whose answers say the same. The first hit of the first
    group is the one to show: the best hit, or the newest where the answer changed over time.
    """

    kind: AgreementKind
    groups: tuple[tuple[int, ...], ...]


def compare_answers(query: Query, hits: Sequence[Hit]) -> Agreement | None:
    """Return how the answers of hits relate, None where fewer than two likely ones can be compared.

    They agree if all say the same. Otherwise they changed over time if each answer is of a time of
    its own; else they differ.
    """
    first = hits[0].answer if hits else None
    if first is None or first.probability < _SURE:
        return None
    likely = [at for at, hit in enumerate(hits) if hit.answer]
    groups: list[list[int]] = []
    for at in likely:
        same = next((one for one in groups if _same(hits, one[0], at)), None)
        if same is not None:
            same.append(at)
        elif not groups or all(_contradicts(hits, one[0], at) for one in groups):
            groups.append([at])
    if sum(map(len, groups)) < 2:
        return None
    if len(groups) == 1:
        return Agreement("agree", (tuple(groups[0]),))
    times = {at: _time(query, hits[at]) for group in groups for at in group}
    known = {at: days for at, days in times.items() if days}
    if len(known) < len(times) or not _are_apart(groups, known):
        return Agreement("differ", tuple(map(tuple, groups)))
    newest = [sorted(group, key=lambda at: known[at], reverse=True) for group in groups]
    newest.sort(key=lambda group: known[group[0]], reverse=True)
    return Agreement("changed", tuple(map(tuple, newest)))


def _same(hits: Sequence[Hit], one: int, other: int) -> bool:
    return say_the_same(_text(hits[one]), _text(hits[other]))


def _contradicts(hits: Sequence[Hit], one: int, other: int) -> bool:
    """Return whether two answers that are not the same are short and of the same kind.

    The date of the other source itself contradicts nothing: it is when that was written.
    """
    texts = _text(hits[one]), _text(hits[other])
    kinds = {kind_of(text) for text in texts}
    is_short = max(len(normalize(text)) for text in texts) <= _LONGEST
    return len(kinds) == 1 and is_short and not _is_own_date(hits[other])


def _is_own_date(hit: Hit) -> bool:
    period, date = period_of(_text(hit)), hit.source.metadata.date
    return period is not None and date is not None and period.first <= date <= period.last


def _time(query: Query, hit: Hit) -> _Days | None:
    """Return the time that an answer is of, None where the question asks for none.

    For a question about now it is the date of the source; for one that names no period, it is the
    period that the answering sentence names, as in "she was the mayor in 2020".
    """
    asked_on = query.asked_on or dt.datetime.now(dt.UTC).date()
    if asks_about_now(query.text, asked_on):
        if date := hit.source.metadata.date:
            return date, date
    elif named_period(query.text, asked_on) is not None:
        return None
    period = period_of(_sentence(hit))
    is_named = period is not None and kind_of(_text(hit)) != "date"
    return (period.first, period.last) if period and is_named else None


def _are_apart(groups: Sequence[Sequence[int]], times: Mapping[int, _Days]) -> bool:
    """Return whether no two groups overlap in time."""
    spans = [
        (min(times[at][0] for at in group), max(times[at][1] for at in group)) for group in groups
    ]
    return all(one[1] < other[0] or other[1] < one[0] for one, other in combinations(spans, 2))


def _text(hit: Hit) -> str:
    return hit.answer.text if hit.answer else ""


def _sentence(hit: Hit) -> str:
    start = hit.answer.span.start if hit.answer else 0
    found = (one for one in hit.evidence if one.start <= start < one.end)
    return next((hit.passage.text[one.start : one.end] for one in found), "")
