"""Vectors of spans of a text, pooled from the tokens of the whole text.

Günther et al., Late Chunking: Contextual Chunk Embeddings Using Long-Context Embedding Models
(2024): if the vector of a text is the mean of the vectors of its tokens, the vector of a span is
the mean over the tokens of the span. These were computed with the rest of the text as context.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Span

Spans = Sequence[Span]


def pool_spans(
    tokens: NDArray[np.float32],
    ends: NDArray[np.int64],
    spans: Spans,
    whole: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the unit vectors of a text's spans, float32 of shape (len(spans), dimension).

    `tokens` is float32 of shape (tokens, dimension). `ends` is int64 of shape (tokens,): where each
    token ends in the text, 0 or less for tokens that are not in the text. A span that was truncated
    and has no tokens gets the vector of the `whole` text.
    """
    starts, stops = np.array([(span.start, span.end) for span in spans]).reshape(-1, 2).T
    inside = (starts[:, None] < ends) & (ends <= stops[:, None])
    vectors = inside.astype(np.float32) @ tokens
    vectors[~inside.any(axis=1)] = whole
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def embed_separately(
    embed: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    spans: Sequence[Spans],
) -> NDArray[np.float32]:
    """Embed texts, then their spans as separate texts; this works with every model."""
    parts = [
        text[span.start : span.end] for text, its in zip(texts, spans, strict=True) for span in its
    ]
    return embed([*texts, *parts])
