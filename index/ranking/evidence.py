"""The sentence or two of a passage that answer the question."""

from __future__ import annotations

import numpy as np

from index.ranking.candidates import Candidates
from index.types import Passage, Span

_COVERAGE = 0.7  # of the question's words, beside the cosine
_ALIKE = 0.08  # a neighbour that comes as close to the best sentence is marked too


def find_evidence(place: int, passage: Passage, candidates: Candidates) -> tuple[Span, ...]:
    """Return the spans of the best sentence of the candidate at `place`, then its neighbour's.

    The neighbour, before or after, is returned only where it is nearly as good.
    """
    first, last = candidates.first_sentence[place : place + 2]
    features = candidates.features
    scores = (
        features.trust * candidates.sentence_cosines[first:last]
        + _COVERAGE * features.match.sentence_coverage[first:last]
    )
    best = int(np.argmax(scores))
    near = [at for at in (best - 1, best + 1) if 0 <= at < len(scores)]
    second = max(near, key=lambda at: float(scores[at]), default=best)
    if second != best and scores[best] - scores[second] <= _ALIKE:
        return passage.sentences[best], passage.sentences[second]
    return (passage.sentences[best],)
