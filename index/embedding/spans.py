"""Vectors of spans of a text, made of what the model made of the whole text.

Günther et al., Late Chunking: Contextual Chunk Embeddings Using Long-Context Embedding Models
(2024): a model whose vector of a text is the mean of its tokens' gives that of a span by the mean
of the span's tokens, which have met the rest of the text.
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

    `tokens` is float32 of shape (tokens, dimension), and `ends` int64 of shape (tokens,): where
    each token ends in the text, 0 or less for one that stands for nothing in it. A span without
    tokens, having been cut off, gets the vector of the `whole` text.
    """
    starts, stops = np.array([(span.start, span.end) for span in spans]).reshape(-1, 2).T
    inside = (starts[:, None] < ends) & (ends <= stops[:, None])
    vectors = inside.astype(np.float32) @ tokens
    vectors[~inside.any(axis=1)] = whole
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def embed_apart(
    embed: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    spans: Sequence[Spans],
) -> NDArray[np.float32]:
    """Embed texts, and then their spans as texts of their own, as suits any model."""
    parts = [
        text[span.start : span.end] for text, its in zip(texts, spans, strict=True) for span in its
    ]
    return embed([*texts, *parts])
