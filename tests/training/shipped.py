"""The model that ships, as the start of a further training.

Its weights are read from the graph in 8 bits; the scales by which NNCF smooths activations are
multiplied back into the weights that follow (Xiao et al. 2023, SmoothQuant).
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from index.answering.compiled_answer_model import DEFAULT_FOLDER, GRAPH, TOKENIZER
from index.embedding.graph import load_openvino
from tests.training.network import HEADS

if TYPE_CHECKING:
    import openvino

_HEADS_OF_ATTENTION = 12
_EMBEDDINGS = ("word", "token_type", "position")  # the order in which the graph looks them up


def write_start(folder: Path, shipped: Path = DEFAULT_FOLDER) -> None:
    """Write encoder, heads and tokenizer of the model that ships into the folder."""
    state = _weights(load_openvino().Core().read_model(shipped / GRAPH))
    encoder = {
        name.removeprefix("encoder."): torch.tensor(values)
        for name, values in state.items()
        if name.startswith("encoder.")
    }
    layers = 1 + max(int(found) for name in encoder for found in re.findall(r"layer\.(\d+)", name))
    pieces, width = encoder["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=_HEADS_OF_ATTENTION,
        intermediate_size=encoder["encoder.layer.0.intermediate.dense.bias"].shape[0],
        type_vocab_size=2,
        pad_token_id=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        exits=[],
    )
    model: BertModel = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(encoder)
    model.save_pretrained(folder)
    heads = {
        name.removeprefix("heads."): torch.tensor(values)
        for name, values in state.items()
        if name.startswith("heads.")
    }
    torch.save(heads, folder / HEADS)
    shutil.copy(shipped / TOKENIZER, folder / TOKENIZER)


def _weights(graph: openvino.Model) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the graph, by the names that they have in torch."""
    found: dict[str, NDArray[np.float32]] = {}
    tables: list[NDArray[np.float32]] = []
    for op in graph.get_ordered_ops():
        kind = op.get_type_name()
        name = op.get_friendly_name().removeprefix("__module.")
        if kind == "MatMul" and "/aten::linear/" in name:
            layer = name.partition("/")[0]
            weight = _constant(op.input_value(1).get_node())
            assert weight is not None, name
            found[f"{layer}.weight"] = weight * _smoothing(op.input_value(0).get_node())
            found[f"{layer}.bias"] = _bias(op)
        elif kind in ("Multiply", "Add") and "/aten::layer_norm/" in name:
            values = _constant(op.input_value(1).get_node())
            if values is not None and "smooth_quant" not in name:
                part = "weight" if kind == "Multiply" else "bias"
                found[f"{name.partition('/')[0]}.{part}"] = values.reshape(-1)
        elif kind == "Gather":
            values = _constant(op.input_value(0).get_node())
            if values is None or values.ndim != 2:
                continue
            if values.shape[1] > 1:
                tables.append(values)
            else:
                tables[-1] = tables[-1] * values
    for part, table in zip(_EMBEDDINGS, tables, strict=True):
        found[f"encoder.embeddings.{part}_embeddings.weight"] = table
    return found


def _constant(op: openvino.Node) -> NDArray[np.float32] | None:
    """Return the values of a constant, multiplied by its scale where it has one."""
    kind = op.get_type_name()
    if kind == "Constant":
        values: NDArray[np.float32] = op.get_data().astype(np.float32)
        return values
    if kind == "Convert":
        return _constant(op.input_value(0).get_node())
    if kind == "Multiply":
        values_, scale = (_constant(op.input_value(side).get_node()) for side in (0, 1))
        return None if values_ is None or scale is None else values_ * scale
    return None


def _smoothing(op: openvino.Node) -> NDArray[np.float32]:
    """Return the scales of the input of a layer, 1 where it is not smoothed."""
    while op.get_type_name() == "FakeQuantize":
        op = op.input_value(0).get_node()
    if "smooth_quant" in op.get_friendly_name():
        scales = _constant(op.input_value(1).get_node())
        assert scales is not None
        return scales.reshape(1, -1)
    return np.ones((1, 1), np.float32)


def _bias(matmul: openvino.Node) -> NDArray[np.float32]:
    [following] = matmul.output(0).get_target_inputs()
    values = _constant(following.get_node().input_value(1).get_node())
    assert values is not None
    return values.reshape(-1)
