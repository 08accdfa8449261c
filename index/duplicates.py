"""Passages that say nearly the same in the same words, as when two files carry one story."""

from __future__ import annotations

from index.candidates import Candidates

_ALIKE = 0.8  # Jaccard similarity of the sets of terms from which passages count as the same


def group_duplicates(order: list[int], candidates: Candidates, most: int) -> list[list[int]]:
    """Return the first `most` groups of like candidates, each led by its best.

    `order` holds places among the candidates, best first; titles and headings are not compared.
    """
    terms = candidates.terms
    is_title = terms.segment == terms.first_segment[terms.passage]
    groups: list[tuple[frozenset[int], list[int]]] = []
    for place in order:
        words = frozenset(terms.hashes[(terms.passage == place) & ~is_title].tolist())
        like = next((group for kept, group in groups if _jaccard(kept, words) >= _ALIKE), None)
        if like is not None:
            like.append(place)
        elif len(groups) < most:
            groups.append((words, [place]))
        else:
            break
    return [group for _, group in groups]


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    either = len(one | other)
    return len(one & other) / either if either else 1.0
