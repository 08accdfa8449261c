"""Which terms the candidates of a question hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.lexical.terms import CandidateTerms, term_hash
from index.ranking.matching import Scores1D


def held_share(terms: Sequence[str], candidates: CandidateTerms) -> Scores1D:
    """Return the share of distinct `terms` that each candidate holds, 0 without terms."""
    first_term = candidates.first_term[candidates.first_segment]
    held = np.zeros(len(first_term) - 1, dtype=np.float32)
    distinct = set(terms)
    for term in distinct:
        at = np.flatnonzero(candidates.hashes == term_hash(term))
        held += np.diff(np.searchsorted(at, first_term)) > 0
    return held / np.float32(max(len(distinct), 1))


def holds_run(terms: Sequence[str], candidates: CandidateTerms) -> bool:
    """Return whether `terms` follow one another directly in a candidate."""
    run = np.array([term_hash(term) for term in terms], dtype=np.uint32)
    at = np.flatnonzero(candidates.hashes == run[0])
    at = at[at + len(run) <= len(candidates.hashes)]
    return bool((candidates.hashes[at[:, None] + np.arange(len(run))] == run).all(axis=1).any())
