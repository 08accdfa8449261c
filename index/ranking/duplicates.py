"""Passages that say nearly the same in the same words, as when two files carry one story."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np

from index.ranking.candidates import Candidates

_NEAR = 0.8  # cosine below which passages are not compared: titles alone make less difference
_ALIKE = 0.8  # Jaccard similarity of the sets of terms from which they count as the same


def group_duplicates(order: list[int], candidates: Candidates, most: int) -> list[list[int]]:
    """Return the first `most` groups of like candidates, each led by its best.

    `order` holds places among the candidates, best first. Titles and headings are not compared;
    numbers must be the same, or one year's report would hide another's.
    """
    words = cache(lambda place: frozenset(candidates.terms.sentence_terms(place).tolist()))
    groups: dict[int, list[int]] = {}
    near: dict[int, list[int]] = defaultdict(list)  # by place, the leaders that are near to it
    for place in order:
        for leader in near.get(place, ()):
            if _same(words(leader), words(place)):
                groups[leader].append(place)
                break
        else:
            if len(groups) < most:
                groups[place] = [place]
                cosines = candidates.vectors @ candidates.vectors[place]
                for other in np.flatnonzero(cosines >= _NEAR).tolist():
                    near[other].append(place)
    return list(groups.values())


def _same(one: frozenset[int], other: frozenset[int]) -> bool:
    either = len(one | other)
    # terms that hold a digit have odd hashes
    if not either or any(term % 2 for term in one ^ other):
        return False
    return len(one & other) / either >= _ALIKE
