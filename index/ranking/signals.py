"""The features of a ranking that confidence rests on."""

from __future__ import annotations

import math

from index.answering.confidence import Signal
from index.ranking.candidates import Candidates
from index.ranking.fusion import lexical_share

# Index sizes that calibrations were fitted on; beyond them the effect of size is unknown.
_FEWEST, _MOST = 10, 20_000
# The fused score from which a passage is about the question's subject; where a model has read it, a
# higher one tells no more. Chosen on squad2-gaps and squad2-impossible.
_ON_SUBJECT = 0.45


def confidence_features(candidates: Candidates, best: float, passages: int) -> dict[Signal, float]:
    """Return the features that separate answerable from unanswerable questions, by name.

    `best` is the fused score of the first hit and `passages` the size of the index: the larger the
    index, the better the best passage scores by chance.
    """
    return {
        "fused": best,
        "alike": min(best, _ON_SUBJECT),
        "log_passages": math.log(min(max(passages, _FEWEST), _MOST)),
        "lexical": lexical_share(candidates.features.match),
        "absent_codes": candidates.absent_codes,
        "absent_names": candidates.absent_names,
    }
