"""The features of a ranking that confidence rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from index.answering.confidence import Signal
from index.ranking.candidates import Candidates
from index.ranking.focus import is_question
from index.ranking.fusion import cosine_part, lexical_share
from index.ranking.matching import Scores1D
from index.ranking.window_readings import WindowReading

# Index sizes that calibrations were fitted on; beyond them the effect of size is unknown.
_FEWEST, _MOST = 10, 20_000
# The fused score from which a passage is about the question's subject; where a model has read it, a
# higher one tells no more. Chosen on squad2-gaps and squad2-impossible.
_ON_SUBJECT = 0.45
_SUREST = 6.0  # the largest logit that counts; that of a probability of about 0.9975


def confidence_features(
    question: str, candidates: Candidates, relevance: Scores1D, best: int, passages: int
) -> dict[Signal, float]:
    """Return the features that separate answerable from unanswerable questions, by name.

    `relevance` is the fused score of each candidate, `best` the index of the first hit and
    `passages` the size of the index: the larger the index, the better the best passage scores by
    chance. `margin` is the lead over the next candidate, or over 0 without one. `searched` is the
    share of the words found, where they are words to search for and no question: a model that
    reads questions may make nothing of them. `foreign` is 1 if the best passage is in another
    language than the question, and `cosines` the part of its score that does not rest on words.
    """
    score = float(relevance[best])
    others = float(np.delete(relevance, best).max(initial=0.0))
    match = candidates.features.match
    return {
        "fused": score,
        "alike": min(score, _ON_SUBJECT),
        "margin": max(score - others, 0.0),
        "log_passages": math.log(min(max(passages, _FEWEST), _MOST)),
        "lexical": lexical_share(match),
        "searched": 0.0 if is_question(question) else float(match.coverage[best]),
        "absent_codes": candidates.absent_codes,
        "absent_names": candidates.absent_names,
        "foreign": 1.0 - float(candidates.features.same_language[best]),
        "cosines": float(cosine_part(candidates.features)[best]),
    }


def reading_features(readings: Sequence[WindowReading]) -> dict[Signal, float]:
    """Return the logit of the highest probability and the score of its span, within limits."""
    best = max((one.reading for one in readings), key=lambda one: one.probability)
    if 0 < best.probability < 1:
        logit = math.log(best.probability / (1 - best.probability))
    else:
        logit = _SUREST if best.probability else -_SUREST
    return {"answer": _limited(logit), "span": _limited(best.span_score)}


def _limited(logit: float) -> float:
    return max(-_SUREST, min(_SUREST, logit))
