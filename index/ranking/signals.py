"""The features of a ranking that the confidence rests on."""

from __future__ import annotations

import math

from index.answering.confidence import Signal
from index.ranking.fusion import Features, lexical_share

# Sizes that calibrations have been fitted on; beyond them the effect of size is not known.
_FEWEST, _MOST = 10, 20_000


def confidence_features(features: Features, best: float, passages: int) -> dict[Signal, float]:
    """Return what tells an answered question from an unanswered one, by name.

    `best` is the fused score of the first hit and `passages` the size of the index: the more
    there are, the better the best is by chance.
    """
    return {
        "fused": best,
        "log_passages": math.log(min(max(passages, _FEWEST), _MOST)),
        "lexical": lexical_share(features.match),
    }
