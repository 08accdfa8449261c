"""How much a passage loses if its date is far from the period that the question is about."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from index.ranking.periods import Period

# Days before and after the question within which a source loses nothing: measured on 559 questions
# over dated news.
_BEFORE, _AFTER = 10, 2
_SCALE = 60.0  # a source that is this many days farther than the nearest loses half the weight
# The factor where the question names a period itself; chosen on the questions that ship.
_NAMED = 2.5
# What an undated source loses of the median of dated ones where the question names a period.
_UNDATED = 0.5
NEAR = 0.05  # with prefer_recent, scores no farther apart than this are ordered by date


def time_penalty(
    days: NDArray[np.int32],
    period_share: NDArray[np.float32],
    period: Period | None,
    asked_on: dt.date,
    weight: float,
) -> NDArray[np.float32]:
    """Return the reduction of each score, float32 of shape (candidates,).

    `days` are the dates of the sources as proleptic Gregorian ordinals, 0 for an undated source.
    Distance is measured to `period`, with a greater weight, or else to about `asked_on`. A passage
    whose text names the period (a `period_share` of 1, of the words that name it) loses nothing.
    The loss depends on the distance relative to the nearest source, so that it still separates
    sources that are years old. An undated source loses the median of the dated ones, or half of it
    where a period is named, and less the more of its words the text holds; without any dated source
    nothing is lost.
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
    named = period_share >= 1
    nearest = 0 if named.any() else distance[dated].min()
    lost = 1 - (nearest + _SCALE) / (distance + _SCALE)
    undated = np.median(lost[dated]) * (1 if period is None else _UNDATED * (1 - period_share))
    lost = np.where(dated, lost, undated)
    lost[named] = 0
    penalty: NDArray[np.float32] = (weight * lost).astype(np.float32)
    return penalty


def newest_first(
    order: list[int], scores: NDArray[np.float32], days: NDArray[np.int32]
) -> list[int]:
    """Return `order` with candidates of nearly equal score ordered by date, newest first.

    A group holds the candidates within NEAR of its best score, so a candidate never overtakes one
    that scores better by more than that.
    """
    groups: list[list[int]] = []
    for place in order:
        if groups and scores[groups[-1][0]] - scores[place] <= NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [place for group in groups for place in sorted(group, key=lambda one: -days[one])]
