"""The protocol of encoders: from texts to unit vectors, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedding.spans import Spans

Vectors = NDArray[np.float32]

BATCH = 32
# An encoder gets eight batches at once and sorts their texts by number of tokens. Sorted only by
# number of characters, a third of what it computes would be padding; so it is a tenth.
AT_ONCE = 8 * BATCH


class Embedder(Protocol):
    """Turns texts into unit vectors; `encoder` names what runs the model, `device` where."""

    encoder: str
    device: str

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return float32 of shape (rows, dimension), each row of length 1.

        First comes a row for each text, then, text by text, a row for each of its spans. `spans` is
        empty or gives the spans of every text.
        """
        ...

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return the vectors of questions, then those of their spans, as `embed` of passages."""
        ...


# Embeds texts and their spans. Yields, batch by batch and in any order, the indices of the texts of
# a batch and the rows that an Embedder gives for them.
Batches = Callable[[Sequence[str], Sequence[Spans]], Iterator[tuple[NDArray[np.int64], Vectors]]]
# Makes Batches of an Embedder, which compute in this process or on a cluster.
Spread = Callable[[Embedder], AbstractContextManager[Batches]]


def batch_places(texts: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    """Yield, batch by batch, the indices of texts of similar length.

    The longest texts come first, so that a lack of memory shows at the start.
    """
    order = np.argsort([-len(text) for text in texts], kind="stable")
    for first in range(0, len(order), AT_ONCE):
        yield order[first : first + AT_ONCE]


def embed_batches(
    embedder: Embedder, texts: Sequence[str], spans: Sequence[Spans]
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Embed texts and their spans in this process, batch by batch; see Batches."""
    for places in batch_places(texts):
        chosen = [texts[place] for place in places], [spans[place] for place in places]
        yield places, embedder.embed(*chosen)


@contextmanager
def embed_here(embedder: Embedder) -> Iterator[Batches]:
    """Give Batches that compute in this process."""
    yield partial(embed_batches, embedder)
