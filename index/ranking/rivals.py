"""The candidates of other documents that may answer a question as well as the best one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.ranking.candidates import Candidates
from index.ranking.duplicates import group_duplicates
from index.ranking.periods import Period

# Chosen on samples of squad2 and xquad-en, where other documents are seldom about the same: a rival
# holds so much of the question's words, of those that the best passage holds, and its score is at
# most so much lower.
_COVERED = 0.8
_CLOSE = 0.1
_MOST = 4  # rivals of a question
_DEEPEST = 10  # groups of near-duplicates that they are looked for in


def find_rivals(
    order: Sequence[int],
    relevance: NDArray[np.float32],
    candidates: Candidates,
    period: Period | None,
    shown: int,
) -> list[int]:
    """Return the best candidate of each other document that is nearly as relevant as the best.

    Only the first `shown` groups of near-duplicates count, those that a reply shows. `relevance`,
    float32 of shape (candidates,), are scores without what dates subtract, because an old source
    may answer too. Where the question names a period, a rival is of that period or names it.
    """
    groups = group_duplicates(list(order), candidates, min(shown, _DEEPEST))
    best, *others = (group[0] for group in groups)
    documents = candidates.features.documents
    seen = {int(documents[best])}
    coverage = candidates.features.match.coverage
    rivals = []
    for place in others:
        document = int(documents[place])
        is_close = (
            relevance[best] - relevance[place] <= _CLOSE
            and coverage[place] >= _COVERED * coverage[best]
        )
        if document not in seen and is_close and _is_of(period, place, candidates):
            rivals.append(place)
            seen.add(document)
    return rivals[:_MOST]


def _is_of(period: Period | None, place: int, candidates: Candidates) -> bool:
    if period is None or not period.words or candidates.period_share[place] >= 1:
        return True
    day = int(candidates.days[place])
    return period.first.toordinal() <= day <= period.last.toordinal()
