"""Passages that say nearly the same in the same words, as when two files carry one story."""

from __future__ import annotations

from index.candidates import Candidates

_NEAR = 0.8  # cosine below which passages are not compared: titles alone make less difference
_ALIKE = 0.8  # Jaccard similarity of the sets of terms from which they count as the same


def group_duplicates(order: list[int], candidates: Candidates, most: int) -> list[list[int]]:
    """Return the first `most` groups of like candidates, each led by its best.

    `order` holds places among the candidates, best first. Titles and headings are not compared;
    numbers must be the same, or one year's report would hide another's.
    """
    words: dict[int, frozenset[int]] = {}

    def words_of(place: int) -> frozenset[int]:
        if place not in words:
            words[place] = _words(place, candidates)
        return words[place]

    groups: list[list[int]] = []
    for place in order:
        cosines = candidates.vectors[[group[0] for group in groups]] @ candidates.vectors[place]
        near = (group for group, cosine in zip(groups, cosines, strict=True) if cosine >= _NEAR)
        like = next((one for one in near if _same(words_of(one[0]), words_of(place))), None)
        if like is not None:
            like.append(place)
        elif len(groups) < most:
            groups.append([place])
    return groups


def _words(place: int, candidates: Candidates) -> frozenset[int]:
    terms = candidates.terms
    chosen = (terms.passage == place) & (terms.segment != terms.first_segment[place])
    return frozenset(terms.hashes[chosen].tolist())


def _same(one: frozenset[int], other: frozenset[int]) -> bool:
    either = len(one | other)
    # terms that hold a digit have odd hashes
    if not either or any(term % 2 for term in one ^ other):
        return False
    return len(one & other) / either >= _ALIKE
