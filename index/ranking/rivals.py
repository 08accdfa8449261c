"""The candidates of other documents that may answer a question as well as the best one."""

from __future__ import annotations

from collections import Counter
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
_OF_ONE = 2  # rivals of a document
_DEEPEST = 10  # groups of near-duplicates that they are looked for in


def find_rivals(
    order: Sequence[int],
    relevance: NDArray[np.float32],
    candidates: Candidates,
    period: Period | None,
    shown: int,
) -> list[int]:
    """Return the best candidates of other documents that are nearly as relevant as the best.

    Only documents of the first `shown` groups of near-duplicates count, those that a reply shows;
    a further passage of such a document may answer where the first does not. `relevance`,
    float32 of shape (candidates,), are scores without what dates subtract, because an old source
    may answer too. Where the question names a period, a rival is of that period or names it.
    """
    groups = group_duplicates(list(order), candidates, _DEEPEST)
    best, *others = (group[0] for group in groups)
    documents = candidates.features.documents
    are_shown = {int(documents[group[0]]) for group in groups[:shown]}
    found = Counter({int(documents[best]): _OF_ONE})
    coverage = candidates.features.match.coverage
    rivals = []
    for place in others:
        document = int(documents[place])
        is_close = (
            relevance[best] - relevance[place] <= _CLOSE
            and coverage[place] >= _COVERED * coverage[best]
        )
        counts = document in are_shown and found[document] < _OF_ONE
        if counts and is_close and _is_of(period, place, candidates):
            rivals.append(place)
            found[document] += 1
    return rivals[:_MOST]


def _is_of(period: Period | None, place: int, candidates: Candidates) -> bool:
    if period is None or not period.words or candidates.period_share[place] >= 1:
        return True
    day = int(candidates.days[place])
    return period.first.toordinal() <= day <= period.last.toordinal()
