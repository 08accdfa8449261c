"""From texts to unit vectors."""

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
# Given eight batches at once, an encoder sorts them by tokens: sorted by characters alone, a third
# of what it computes is padding; so, a tenth.
AT_ONCE = 8 * BATCH


class Embedder(Protocol):
    """Turns texts into unit vectors; `encoder` names what runs the model, and `device` where."""

    encoder: str
    device: str

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return float32 of shape (rows, dimension), each row of length 1.

        There is a row for each text and then, text by text, one for each of its spans, where
        `spans` gives those of every text.
        """
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the like for questions, which may have a prompt of their own."""
        ...


# Yields the places of some texts and the rows that an embedder makes of them and of their spans,
# each text once, in any order.
Batches = Callable[[Sequence[str], Sequence[Spans]], Iterator[tuple[NDArray[np.int64], Vectors]]]
# Gives what embeds texts as an embedder does, here or elsewhere.
Spread = Callable[[Embedder], AbstractContextManager[Batches]]


def batch_places(texts: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    """Yield the places of texts that are to be embedded together, being of like length.

    The longest come first, so that memory suffices to the end if it does at the start.
    """
    order = np.argsort([-len(text) for text in texts], kind="stable")
    for first in range(0, len(order), AT_ONCE):
        yield order[first : first + AT_ONCE]


def embed_batches(
    embedder: Embedder, texts: Sequence[str], spans: Sequence[Spans]
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Embed texts and their spans, so many texts at once; yield their places and rows."""
    for places in batch_places(texts):
        chosen = [texts[place] for place in places], [spans[place] for place in places]
        yield places, embedder.embed(*chosen)


@contextmanager
def embed_here(embedder: Embedder) -> Iterator[Batches]:
    """Give what embeds texts in this process."""
    yield partial(embed_batches, embedder)
