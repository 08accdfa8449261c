"""Near-duplicates: passages with nearly the same words, such as one story in two files."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np

from index.ranking.candidates import Candidates

_NEAR = 0.8  # passages with a lower cosine are not compared; titles alone differ by less
_ALIKE = 0.8  # Jaccard similarity of the sets of terms from which passages are duplicates


def group_duplicates(order: list[int], candidates: Candidates, most: int) -> list[list[int]]:
    """Return the first `most` groups of near-duplicates, each starting with its best candidate.

    `order` holds indices of candidates, best first. Titles and headings are not compared. Numbers
    must be equal, so that the report of one year does not hide the report of another.
    """
    words = cache(lambda place: frozenset(candidates.terms.sentence_terms(place).tolist()))
    groups: dict[int, list[int]] = {}
    near: dict[int, list[int]] = defaultdict(list)  # by candidate, the groups that it may join
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
