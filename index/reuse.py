"""Vectors that need not be computed again: those of unchanged texts in the last generation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder, Vectors, embed_in_batches
from index.generation import KEYS, Generation

Keys = NDArray[np.void]
KEY_TYPE = np.dtype("V16")


def text_keys(texts: Sequence[str]) -> Keys:
    """Return a 16-byte BLAKE2b digest of each text, dtype KEY_TYPE."""
    digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=KEY_TYPE)


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Where the vectors of known texts lie, by key, and how to load rows by place."""

    places: dict[bytes, int] = field(default_factory=dict)
    load: Callable[[NDArray[np.int64]], Vectors] | None = None


def known_vectors(earlier: Generation) -> tuple[KnownVectors, KnownVectors]:
    """Return what an earlier generation of the same model knows: passages, then sentences."""
    with np.load(earlier.folder / KEYS) as keys:
        passages, sentences = _places(keys["passages"]), _places(keys["sentences"])
    return (
        KnownVectors(passages, earlier.vectors.rows),
        KnownVectors(sentences, lambda places: earlier.sentences[places].astype(np.float32)),
    )


def vectors_for(
    texts: Sequence[str],
    keys: Keys,
    known: KnownVectors,
    embedder: Embedder,
    advance: Callable[[int], None],
) -> Vectors:
    """Return float32 of shape (len(texts), dimension), embedding each unknown text once.

    `texts` holds at least one; `advance` is told of each text once.
    """
    names = [key.tobytes() for key in keys]
    fresh: dict[bytes, int] = {}  # unknown texts: their place among the rows embedded now
    chosen: list[str] = []
    for name, text in zip(names, texts, strict=True):
        if name not in known.places and name not in fresh:
            fresh[name] = len(chosen)
            chosen.append(text)
    parts: list[Vectors] = []
    if chosen:
        parts.append(embed_in_batches(embedder, chosen, advance))
    old = [name for name in dict.fromkeys(names) if name in known.places]
    if old and known.load is not None:
        parts.append(known.load(np.array([known.places[name] for name in old], dtype=np.int64)))
    row_of = fresh | {name: len(chosen) + place for place, name in enumerate(old)}
    advance(len(texts) - len(chosen))
    rows: Vectors = np.concatenate(parts)[[row_of[name] for name in names]]
    return rows


def _places(keys: Keys) -> dict[bytes, int]:
    return {key.tobytes(): place for place, key in enumerate(keys)}
