"""How much a passage loses for being dated far from the time that a question is about."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from index.ranking.periods import Period

# A source of ten days before the question or two days after it is as good as one of that day:
# the window of the design notes, which measured a prior on 559 questions over dated news.
_BEFORE, _AFTER = 10, 2
_SCALE = 60.0  # days: a source so much farther than the nearest loses half of the weight
# Times as much is lost where the question names the time itself; chosen on the questions that ship.
_NAMED = 2.5
NEAR = 0.05  # scores that lie no farther apart are alike to one who prefers what is recent


def time_penalty(
    days: NDArray[np.int32],
    speaks: NDArray[np.bool_],
    period: Period | None,
    asked_on: dt.date,
    weight: float,
) -> NDArray[np.float32]:
    """Return what to subtract from each score, float32 between 0 and `weight`, or more.

    `days` are the dates of the sources as proleptic Gregorian ordinals, 0 where there is none.
    The time in question is `period`, which counts for more, or else about `asked_on`; passages that
    speak of it in their text (`speaks`) lose nothing. What counts is how many times farther a
    source lies than the nearest, so that sources years old are still told apart. Undated ones lose
    what dated ones lose at the median, and where nothing is dated nothing is lost.
    """
    dated = days > 0
    if weight == 0 or not dated.any():
        return np.zeros(len(days), dtype=np.float32)
    if period is None:
        first, last = asked_on.toordinal() - _BEFORE, asked_on.toordinal() + _AFTER
    else:
        first, last = period.first.toordinal(), period.last.toordinal()
        weight *= _NAMED
    distance = np.maximum(first - days, days - last).clip(min=0)
    nearest = distance[dated].min()
    lost = 1 - (nearest + _SCALE) / (distance + _SCALE)
    lost = np.where(dated, lost, np.median(lost[dated]))
    lost[speaks] = 0
    penalty: NDArray[np.float32] = (weight * lost).astype(np.float32)
    return penalty


def newest_first(
    order: list[int], scores: NDArray[np.float32], days: NDArray[np.int32]
) -> list[int]:
    """Return `order` with candidates that score alike put newest first.

    Each group holds those within NEAR of its best, so none overtakes a better one by more.
    """
    groups: list[list[int]] = []
    for place in order:
        if groups and scores[groups[-1][0]] - scores[place] <= NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [place for group in groups for place in sorted(group, key=lambda one: -days[one])]
