"""The sentence or two of a passage that answer the question."""

from __future__ import annotations

import numpy as np

from index.candidates import Candidates
from index.types import Passage, Span


def find_evidence(place: int, passage: Passage, candidates: Candidates) -> tuple[Span, ...]:
    """Return the spans of the best sentences of the candidate at `place`, the best first."""
    first, last = candidates.first_sentence[place : place + 2]
    cosines = candidates.sentence_cosines[first:last]
    coverage = candidates.features.match.sentence_coverage[first:last]
    return (passage.sentences[int(np.argmax(cosines + coverage))],)
