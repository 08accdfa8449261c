"""Exporting a sentence-transformers model to the folder of a compiled encoder."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding.compiled import (
    GRAPH,
    TOKENIZER,
    Kind,
    model_inputs,
    write_description,
)
from index.embedding.graph import cannot_import, load_openvino
from index.embedding.hub import one_line
from index.embedding.torch_embedder import means_tokens, passage_prompt, question_prompt
from index.errors import ModelError

if TYPE_CHECKING:
    import openvino
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_EXPORTABLE = {"Transformer", "Pooling", "Dense", "Normalize"}
# A corpus holds few questions and may hold no long text, but both will be embedded. Calibrated
# without them, the cosine of "Why?" with the vector of the model is 0.895, with them it is 0.973.
_QUESTIONS = (
    "What is this about?",
    "Who was it?",
    "When did it happen?",
    "Where is it?",
    "Why does it matter?",
    "How does it work?",
    "How many are there?",
    "Which one is it?",
)
_LONG = 8  # long texts, made by joining texts of the sample
_LONGEST = 1 << 20  # tokens; a tokenizer without a limit reports 10**30


def export_encoder(
    model: SentenceTransformer, folder: Path, kind: Kind, sample: Sequence[str]
) -> None:
    """Write `model` into the empty `folder`, as one graph from tokens to unit vectors.

    If a vector of the model is the mean of its tokens' vectors, the graph gives these too. The
    texts in `sample` calibrate the activations of int8; other kinds do not use them.

    Raises:
        ModelError: a module of the model cannot be exported, or NNCF is missing or fails.
        OSError: the folder cannot be written.
    """
    _check_modules(model)
    with _quiet():
        tokenizer = _tokenizer(model)
        graph = _graph(model, tokenizer)
        if kind == "int8":
            graph = _quantised(graph, tokenizer, sample)
        tokenizer.save(str(folder / TOKENIZER))
        try:
            load_openvino().save_model(graph, folder / GRAPH, compress_to_fp16=kind != "float32")
        except RuntimeError as error:
            raise OSError(f"{folder / GRAPH} cannot be written: {error}") from error
    write_description(
        folder,
        kind,
        question_prompt=question_prompt(model),
        passage_prompt=passage_prompt(model),
        gives_tokens=means_tokens(model),
    )


def _check_modules(model: SentenceTransformer) -> None:
    for module in model:
        name = type(module).__name__
        if name not in _EXPORTABLE:
            known = ", ".join(sorted(_EXPORTABLE))
            raise ModelError(f"its module {name} cannot be exported (only {known} can)")
        if not getattr(module, "include_prompt", True):
            raise ModelError(f"its module {name} cannot be exported: it leaves out the prompt")


def _tokenizer(model: SentenceTransformer) -> Tokenizer:
    """Return a copy of the tokenizer that truncates and pads as the library of the model does."""
    from tokenizers import Tokenizer

    slow = model.tokenizer
    fast = getattr(slow, "backend_tokenizer", None)
    if fast is None:
        raise ModelError(f"its tokenizer {type(slow).__name__} cannot be exported")
    tokenizer: Tokenizer = Tokenizer.from_str(fast.to_str())
    most = model.max_seq_length or slow.model_max_length
    if most < _LONGEST:
        tokenizer.enable_truncation(most, direction=slow.truncation_side)
    else:
        tokenizer.no_truncation()
    tokenizer.enable_padding(
        direction=slow.padding_side,
        pad_id=slow.pad_token_id,
        pad_type_id=slow.pad_token_type_id,
        pad_token=slow.pad_token,
    )
    return tokenizer


def _graph(model: SentenceTransformer, tokenizer: Tokenizer) -> openvino.Model:
    import torch

    gives_tokens = means_tokens(model)

    class Whole(torch.nn.Module):
        """All modules of the model, one after another, as one function of the tokens."""

        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(model)

        def forward(
            self,
            input_ids: torch.Tensor,
            attention_mask: torch.Tensor,
            token_type_ids: torch.Tensor | None = None,
        ) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if token_type_ids is not None:
                features["token_type_ids"] = token_type_ids
            for part in self.parts:
                features = part(features)
            vectors = torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)
            return (vectors, features["token_embeddings"]) if gives_tokens else vectors

    ov = load_openvino()
    tokens = model_inputs(tokenizer.encode_batch(["A text.", "A text that is longer."]))
    example = {
        name: torch.from_numpy(rows)
        for name, rows in tokens.items()
        if name in model.tokenizer.model_input_names
    }
    inputs = [(name, ov.PartialShape([-1, -1]), ov.Type.i64) for name in example]
    try:
        with torch.no_grad():
            graph: openvino.Model = ov.convert_model(
                Whole().eval(), example_input=example, input=inputs
            )
    except Exception as error:  # tracing raises what each model's code raises
        parts = ", ".join(type(module).__name__ for module in model)
        raise ModelError(f"its modules ({parts}) cannot be exported: {one_line(error)}") from error
    return graph


def _quantised(
    graph: openvino.Model, tokenizer: Tokenizer, sample: Sequence[str]
) -> openvino.Model:
    try:
        import nncf
    except (ImportError, OSError, MemoryError) as error:
        raise cannot_import("NNCF", "nncf", error) from error
    names = [port.get_any_name() for port in graph.inputs]
    joined = [" ".join(sample[first::_LONG]) for first in range(_LONG)]
    texts = [*sample, *_QUESTIONS, *joined]

    def tokens_of(text: str) -> dict[str, object]:
        tokens = model_inputs([tokenizer.encode(text)])
        return {name: tokens[name] for name in names}

    try:
        quantised: openvino.Model = nncf.quantize(
            graph,
            nncf.Dataset(texts, tokens_of),
            model_type=nncf.ModelType.TRANSFORMER,
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=len(texts),
        )
        look_up_in_8_bits(quantised)
    except Exception as error:  # as above
        raise ModelError(f"it cannot be quantised: {one_line(error)}") from error
    return quantised


def look_up_in_8_bits(graph: openvino.Model) -> None:
    """Let the graph scale only the rows that are looked up in an 8-bit table, not the whole table.

    Otherwise the compiled graph holds the table in 32 bits, which takes four times the memory.
    """
    from openvino import opset13 as ops

    for look_up in graph.get_ordered_ops():
        if look_up.get_type_name() != "Gather":
            continue
        scaled = look_up.input_value(0).get_node()
        if scaled.get_type_name() != "Multiply":
            continue
        wide, scale = scaled.input_value(0), scaled.input_value(1)
        if (
            wide.get_node().get_type_name() != "Convert"
            or wide.get_partial_shape().is_dynamic
            or list(scale.get_shape()) != [wide.get_shape()[0], 1]
        ):
            continue
        rows, axis = look_up.input_value(1), look_up.input_value(2)
        narrow = ops.gather(wide.get_node().input_value(0), rows, axis)
        chosen = ops.multiply(
            ops.convert(narrow, wide.get_element_type()), ops.gather(scale, rows, axis)
        )
        look_up.output(0).replace(chosen.output(0))


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress what torch, OpenVINO and NNCF print."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
