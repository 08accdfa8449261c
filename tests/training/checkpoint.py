"""A checkpoint of the training, read as an answer model before it is exported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from index.answering.answer_model import Reading
from index.answering.decoding import best_span
from tests.training.batches import MOST
from tests.training.network import AnswerNetwork, empty


class Checkpoint:
    """Reads by the heads after so many layers, the last where `layers` is 0."""

    def __init__(self, network: AnswerNetwork, tokenizer: Tokenizer, layers: int = 0) -> None:
        self._network = network.eval().bfloat16()
        self._tokenizer = tokenizer
        self._layers = layers or max(network.depths)
        tokenizer.enable_truncation(MOST)
        tokenizer.enable_padding(pad_id=1, pad_token="<pad>")

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        encodings = self._tokenizer.encode_batch(pairs)
        ids, mask, types = (
            torch.tensor([getattr(encoding, name) for encoding in encodings])
            for name in ("ids", "attention_mask", "type_ids")
        )
        with torch.inference_mode():
            spans, logits = self._network(ids, mask, types)[self._layers]
        readings = []
        for encoding, row, logit, (_, text) in zip(
            encodings, spans.float().numpy(), logits, pairs, strict=True
        ):
            first = encoding.sequence_ids.index(1)
            window = slice(first, first + encoding.sequence_ids.count(1))
            span, score = best_span(row, encoding.offsets, window, text)
            readings.append(Reading(float(1 / (1 + np.exp(-float(logit)))), span, score))
        return readings


def open_checkpoint(folder: Path, weights: Path, layers: int = 0) -> Checkpoint:
    """Return the checkpoint in the file `weights` of a training in `folder`."""
    torch.set_num_threads(1)  # two that wait for one another crawl on a shared machine
    network = empty(folder / "start")
    state = torch.load(weights, weights_only=True, map_location="cpu")
    network.load_state_dict(state.get("network", state))
    return Checkpoint(
        network, Tokenizer.from_file(str(folder / "start" / "tokenizer.json")), layers
    )
