"""Where the codes of a question stand: versions, part numbers, numbers of sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexical.terms import CandidateTerms, offsets, ranges, term_hash
from index.ranking.held_terms import held_share
from index.ranking.matching import section_segments

Codes = Sequence[Sequence[str]]  # the terms for the whole of each code; one of them is enough


def count_codes(codes: Codes, candidates: CandidateTerms) -> NDArray[np.int64]:
    """Return how many of the codes each candidate holds, int64 of shape (candidates,)."""
    counts = np.zeros(len(candidates.first_segment) - 1, dtype=np.int64)
    for wholes in codes:
        counts += held_share(wholes, candidates) > 0
    return counts


def is_elsewhere(codes: Codes, candidates: CandidateTerms) -> NDArray[np.bool_]:
    """Return whether another section of the passage has a code that a sentence's own one lacks.

    A section has a code that its headings or its sentences hold. The shape is (sentences,), those
    of all candidates.
    """
    counts = candidates.sentences
    first_sentence = offsets(counts)
    titles = candidates.first_segment[:-1]
    headings = ranges(titles + 1, counts)
    sentences = headings + np.repeat(counts, counts)
    _, section = np.unique(
        section_segments(candidates, headings, first_sentence), return_inverse=True
    )
    owner = np.repeat(np.arange(len(counts)), counts)
    elsewhere = np.zeros(len(sentences), dtype=np.bool_)
    for wholes in codes:
        at = np.flatnonzero(np.isin(candidates.hashes, [term_hash(term) for term in wholes]))
        segments = np.searchsorted(candidates.first_term, at, side="right") - 1
        holds = np.isin(sentences, segments) | np.isin(headings, segments)
        in_section = np.bincount(section, holds) > 0
        in_passage = np.bincount(owner, holds, minlength=len(counts)) > 0
        elsewhere |= in_passage[owner] & ~in_section[section]
    return elsewhere
