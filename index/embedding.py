"""From texts to unit vectors, by a sentence-transformers model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.hub import cannot_load, one_line, quieten_hub
from index.models import ModelFiles

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

BATCH = 32
# Given eight batches at once, an encoder sorts them by tokens: sorted by characters alone, a third
# of what it computes is padding; so, a tenth.
AT_ONCE = 8 * BATCH
HALF_TORCH = "torch-float16"


class Embedder(Protocol):
    """Turns texts into unit vectors; `encoder` names what runs the model, and `device` where."""

    encoder: str
    device: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 of shape (len(texts), dimension), each row of length 1."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the like for questions, which may have a prompt of their own."""
        ...


# Yields the places and the vectors of texts, each text once, in any order.
Batches = Callable[[Sequence[str]], Iterator[tuple[NDArray[np.int64], Vectors]]]
# Gives what embeds texts as an embedder does, here or elsewhere.
Spread = Callable[[Embedder], AbstractContextManager[Batches]]


class TorchEmbedder:
    """A sentence-transformers model as its library runs it, loaded when first used.

    `device` is torch's name for where it runs. With `half`, its weights are rounded to float16,
    and computed with as such but on a CPU, which is slow at it: the vectors agree. So which encoder
    made a vector is told by the weights and their precision, whatever the device.

    Raises:
        ModelError: on first use, when the model cannot be loaded or the device cannot be used, and
            on any use when it fails there.
    """

    def __init__(self, model: ModelFiles, device: str = "cpu", *, half: bool = False) -> None:
        self.encoder = HALF_TORCH if half else "torch"
        self.device = device
        self._files = model
        self._half = half
        self._lock = threading.Lock()  # a fast tokenizer cannot be used by two threads at once

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model; for one thread at a time."""
        quieten_hub()
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        _check_device(self.device)
        disable_progress_bar()  # type: ignore[no-untyped-call]
        place = self._files.location
        try:
            loaded = SentenceTransformer(
                place, device=self.device, local_files_only=Path(place).is_dir()
            )
        except Exception as error:  # the library raises what each model's code raises
            raise cannot_load(f"the model {self._files.name}", "model", error) from error
        if self._half:
            loaded = loaded.half()
            if self.device.startswith("cpu"):
                loaded = loaded.float()
        return loaded

    def embed(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._encode(self.model.encode_document, texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._encode(self.model.encode_query, texts)

    def _encode(self, encode: Callable[..., object], texts: Sequence[str]) -> Vectors:
        try:
            vectors = encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        except Exception as error:  # as above, and what a device raises that is out of memory
            raise ModelError(
                f"the model {self._files.name} fails on the device {self.device}: {one_line(error)}"
            ) from error
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if self._half:  # of length 1 in float16 is not of length 1
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def _check_device(device: str) -> None:
    """Refuse a device that torch cannot compute on.

    Raises:
        ModelError: it cannot.
    """
    import torch

    try:
        torch.zeros(1, device=device).tolist()
    except Exception as error:  # each backend raises its own
        raise ModelError(
            f"the device {device} cannot be used: {one_line(error)}; "
            "set device to one that torch finds here, or to cpu, which always works"
        ) from error


def batch_places(texts: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    """Yield the places of texts that are to be embedded together, being of like length.

    The longest come first, so that memory suffices to the end if it does at the start.
    """
    order = np.argsort([-len(text) for text in texts], kind="stable")
    for first in range(0, len(order), AT_ONCE):
        yield order[first : first + AT_ONCE]


def embed_batches(
    embedder: Embedder, texts: Sequence[str]
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Embed texts, so many at once; yield their places and vectors."""
    for places in batch_places(texts):
        yield places, embedder.embed([texts[place] for place in places])


@contextmanager
def embed_here(embedder: Embedder) -> Iterator[Batches]:
    """Give what embeds texts in this process."""
    yield partial(embed_batches, embedder)


def embed_in_batches(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return float32 of shape (len(texts), dimension) in the order of `texts`, at least one."""
    batches = list(embed_batches(embedder, texts))
    rows: Vectors = np.concatenate([vectors for _, vectors in batches])
    order = np.concatenate([places for places, _ in batches])
    return rows[np.argsort(order)]
