"""Batches of examples of like length, as tensors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from tests.training.windows import Example, Span

MOST = 192  # tokens of question and window together
_POOL = 64  # batches whose examples are sorted by length together


@dataclass(frozen=True)
class Batch:
    """What the network reads and what it is to find; see `network.loss_of`."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    starts: Tensor
    ends: Tensor
    labels: Tensor
    window: Tensor


def bucketed(
    examples: Sequence[Example], size: int, seed: int, start: int = 0
) -> Iterator[list[Example]]:
    """Yield batches without end, from example number `start` on, pass after pass.

    Examples of like length share a batch; the batches of a pool come in random order. Pools are
    taken in the order of the examples.
    """
    at = start // (size * _POOL) * size * _POOL
    skipped = (start - at) // size
    while True:
        round_, first = divmod(at, len(examples))
        pool = list(examples[first : first + size * _POOL])
        pool.sort(key=lambda one: len(one.window) + len(one.question))
        batches = [pool[i : i + size] for i in range(0, len(pool), size)]
        random.Random(seed + at).shuffle(batches)
        yield from batches[skipped:]
        skipped = 0
        at = min(at + size * _POOL, (round_ + 1) * len(examples))


def tensors(examples: Sequence[Example], tokenizer: Tokenizer) -> Batch:
    """Return the batch, padded to its longest example."""
    tokenizer.enable_truncation(MOST, strategy="only_second")
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>", pad_to_multiple_of=8)
    encodings = tokenizer.encode_batch([(_asked(one.question), one.window) for one in examples])
    ids = torch.tensor([encoding.ids for encoding in encodings])
    window = torch.zeros(ids.shape, dtype=torch.bool)
    starts, ends = torch.zeros_like(window), torch.zeros_like(window)
    for row, (example, encoding) in enumerate(zip(examples, encodings, strict=True)):
        inside = _window_tokens(encoding)
        window[row, inside] = True
        window[row, 0] = True
        _mark(example, encoding, inside, starts[row], ends[row])
    return Batch(
        ids,
        torch.tensor([encoding.attention_mask for encoding in encodings]),
        torch.tensor([encoding.type_ids for encoding in encodings]),
        starts,
        ends,
        torch.tensor([float(example.label) for example in examples]),
        window,
    )


def _asked(question: str) -> str:
    return " ".join(question.split()[:48])


def _window_tokens(encoding: Encoding) -> list[int]:
    return [place for place, part in enumerate(encoding.sequence_ids) if part == 1]


def _mark(
    example: Example, encoding: Encoding, inside: list[int], starts: Tensor, ends: Tensor
) -> None:
    if not example.label:
        starts[0] = ends[0] = True
        return
    for span in example.spans:
        tokens = _tokens_of(span, encoding, inside)
        if tokens:
            starts[tokens[0]] = ends[tokens[-1]] = True
    if not starts.any():
        tokens = _tokens_of(example.inside, encoding, inside) or inside
        starts[tokens] = True
        ends[tokens] = True


def _tokens_of(span: Span, encoding: Encoding, inside: list[int]) -> list[int]:
    offsets = encoding.offsets
    return [at for at in inside if offsets[at][0] < span[1] and span[0] < offsets[at][1]]
