"""The network that is trained: a cross-encoder with a span head and an answerability head."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

EXITS = (6, 8)
"""Layers after which heads of their own read too, so that a shallower model can be cut out."""
HEADS = "heads.pt"
"""The file with the heads of a start that has some."""

_FROZEN = 3  # layers that keep their weights, which saves a sixth of the time
_EXIT_WEIGHT = 0.2
_SPAN_WEIGHT = 0.5


class Heads(nn.Module):
    """Reads, from the vectors of a layer, where the answer starts and ends and if there is one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spans = nn.Linear(width, 2)
        self.inner = nn.Linear(width, width)
        self.answerable = nn.Linear(width, 1)

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Return span logits (batch, tokens, 2) and answerability logits (batch,)."""
        first = torch.tanh(self.inner(hidden[:, 0]))
        return self.spans(hidden), self.answerable(first).squeeze(-1)


class AnswerNetwork(nn.Module):
    """BERT with heads after its last layer and after those of `EXITS`."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        for part in (encoder.embeddings, *encoder.encoder.layer[:_FROZEN]):
            part.requires_grad_(False)
        depth = encoder.config.num_hidden_layers
        width = encoder.config.hidden_size
        exits = getattr(encoder.config, "exits", EXITS)
        self.depths = (*(layer for layer in exits if layer < depth), depth)
        self.heads = nn.ModuleDict({str(layer): Heads(width) for layer in self.depths})

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> dict[int, tuple[Tensor, Tensor]]:
        """Return the outputs of the heads by the number of layers below them."""
        states = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=types, output_hidden_states=True
        ).hidden_states
        return {layer: self.heads[str(layer)](states[layer]) for layer in self.depths}


def loss_of(
    outputs: dict[int, tuple[Tensor, Tensor]], starts: Tensor, ends: Tensor, labels: Tensor,
    window: Tensor,
) -> Tensor:  # fmt: skip
    """Return the loss of a batch.

    Args:
        outputs: Of the network.
        starts: (batch, tokens) bool, where an answer may start: the first token of all, where
            the window does not answer; any token of a sentence, where no answer is marked in it.
        ends: The same for the last token.
        labels: (batch,) 1 where the window answers.
        window: (batch, tokens) bool, the tokens of the window and the first of all.
    """
    total = torch.zeros(())
    deepest = max(outputs)
    for layer, (spans, logits) in outputs.items():
        chosen = functional.binary_cross_entropy_with_logits(logits.float(), labels)
        where = torch.zeros(())
        for side, allowed in ((0, starts), (1, ends)):
            scores = spans[..., side].float().masked_fill(~window, -1e4)
            right = scores.masked_fill(~allowed, -1e4).logsumexp(-1)
            where = where + (scores.logsumexp(-1) - right).mean()
        weight = 1.0 if layer == deepest else _EXIT_WEIGHT
        total = total + weight * (chosen + _SPAN_WEIGHT * where)
    return total


def start_from(folder: Path) -> AnswerNetwork:
    """Return the network with the encoder of the folder, and its heads or new ones."""
    network = AnswerNetwork(BertModel.from_pretrained(folder, add_pooling_layer=False))
    if (folder / HEADS).exists():
        state = torch.load(folder / HEADS, weights_only=True)
        network.heads[str(network.depths[-1])].load_state_dict(state)
    return network


def empty(folder: Path) -> AnswerNetwork:
    """Return the network without its weights, as the folder's config describes it."""
    return AnswerNetwork(BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False))
