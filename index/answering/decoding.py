"""From the logits of a model to a probability, and to the span of the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Span

_LONGEST = 32  # tokens of an answer
_SUREST = 30.0  # the largest logit that counts, so that its exponential stays within bounds


def probability_of(logit: float) -> float:
    """Return the probability that a logit stands for, by the logistic function."""
    return float(1 / (1 + np.exp(-np.clip(logit, -_SUREST, _SUREST))))


def best_span(
    logits: NDArray[np.float32],
    offsets: Sequence[tuple[int, int]],
    window: slice,
    text: str,
) -> tuple[Span | None, float]:
    """Return the best span of a window, and its score above that of no answer.

    As in BERT for SQuAD 2.0 (Devlin et al. 2019), no answer is a span of the first token alone.

    Args:
        logits: float32 of shape (tokens, 2), for an answer that starts or ends at a token.
        offsets: The characters of each token, in the text that it is of.
        window: The tokens of the window.
        text: The window's text. Some tokenizers count the space before a word as part of it.
    """
    starts, ends = logits[window, 0], logits[window, 1]
    if not len(starts):
        return None, 0.0
    scores = starts[:, None] + ends[None, :]
    allowed = np.triu(np.tril(np.ones(scores.shape, dtype=bool), _LONGEST - 1))
    first, last = np.unravel_index(np.argmax(np.where(allowed, scores, -np.inf)), scores.shape)
    start, end = offsets[window.start + int(first)][0], offsets[window.start + int(last)][1]
    marked = text[start:end]
    span = Span(
        start + len(marked) - len(marked.lstrip()), end - len(marked) + len(marked.rstrip())
    )
    return span, float(scores[first, last] - logits[0].sum())
