"""Whether the answers of several sources agree, differ, or changed over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from index.ranking.answer_words import kind_of, normalize, say_the_same
from index.ranking.periods import asks_about_now
from index.types import AgreementKind, Hit, Query

# The probability from which an answer is compared, a higher one than that from which it is marked:
# a wrong "the sources differ" is worse than none. Chosen on samples of squad2 and xquad-en.
_SURE = 0.7
_LONGEST = 6  # words of an answer that may contradict another one


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

    They agree if all say the same. Otherwise they changed over time if the question asks how
    something is now and each answer comes from sources of its own time; else they differ.
    """
    likely = [at for at, hit in enumerate(hits) if hit.answer and hit.answer.probability > _SURE]
    if not likely or likely[0] != 0:
        return None
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
    asked_on = query.asked_on or dt.datetime.now(dt.UTC).date()
    if asks_about_now(query.text, asked_on) and _are_of_their_time(groups, hits):
        newest = [sorted(group, key=lambda at: _day(hits[at]), reverse=True) for group in groups]
        newest.sort(key=lambda group: _day(hits[group[0]]), reverse=True)
        return Agreement("changed", tuple(map(tuple, newest)))
    return Agreement("differ", tuple(map(tuple, groups)))


def _same(hits: Sequence[Hit], one: int, other: int) -> bool:
    return say_the_same(_text(hits[one]), _text(hits[other]))


def _contradicts(hits: Sequence[Hit], one: int, other: int) -> bool:
    """Return whether two answers that are not the same are short and of the same kind."""
    texts = _text(hits[one]), _text(hits[other])
    kinds = {kind_of(text) for text in texts}
    return len(kinds) == 1 and max(len(normalize(text)) for text in texts) <= _LONGEST


def _are_of_their_time(groups: Sequence[Sequence[int]], hits: Sequence[Hit]) -> bool:
    """Return whether all sources are dated, and no two groups overlap in time."""
    if any(hits[at].source.metadata.date is None for group in groups for at in group):
        return False
    spans = [
        (min(_day(hits[at]) for at in group), max(_day(hits[at]) for at in group))
        for group in groups
    ]
    return all(one[1] < other[0] or other[1] < one[0] for one, other in combinations(spans, 2))


def _day(hit: Hit) -> dt.date:
    return hit.source.metadata.date or dt.date.min


def _text(hit: Hit) -> str:
    return hit.answer.text if hit.answer else ""
