"""An encoder compiled for the CPU: an OpenVINO graph and a tokenizer, used without torch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from index.embedding.embedder import Vectors
from index.embedding.graph import THIS_CPU, Cpu, Graph, without_rounding
from index.embedding.hub import one_line
from index.embedding.spans import Spans, embed_separately, pool_spans
from index.errors import ModelError
from index.files.hashes import hash_files

if TYPE_CHECKING:
    from tokenizers import Encoding

Kind = Literal["int8", "bf16", "float32"]

GRAPH, TOKENIZER, DESCRIPTION = "graph.xml", "tokenizer.json", "encoder.json"

# Lengths of texts are padded to multiples of this: OpenVINO takes 10 ms and 4 MB for each new shape
# of a batch.
_STEP = 8
# Texts of similar length that are computed at once. A larger batch needs more padding, and its data
# does not fit into the caches of the processor. With 32 questions at a time,
# `python -m tests.benchmarks.serve` gave 182 a second in one batch and 233 in batches of
# eight; with int8 and without VNNI, 119 and 201.
_BATCH = 8
# A single text is padded to so many tokens, because OpenVINO takes longer when the shape changes.
# Most questions fit into 32 tokens, which cost little in 8 bits.
_SINGLE: dict[Kind, int] = {"int8": 32, "bf16": 32, "float32": 16}

_PADDING = ("direction", "pad_id", "pad_type_id", "pad_token")
_FIELDS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


class Description(BaseModel):
    """The description of an encoder, with the SHA-256 of each other file in its folder.

    It covers every byte that a vector depends on: two encoders are equal if their descriptions are.
    If the graph `gives_tokens`, vectors of spans are pooled from the vectors of their tokens.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: Kind
    question_prompt: str
    passage_prompt: str
    gives_tokens: bool
    files: dict[str, str]


class CompiledEmbedder:
    """An exported encoder, opened from its folder; any number of threads may use it at once.

    `threads` compute a batch, one for each core if it is None. `cpu` says what the CPU computes.

    Raises:
        ModelError: a file is missing or altered, or OpenVINO is missing or cannot run the graph.
    """

    device = "cpu"

    def __init__(self, folder: Path, threads: int | None = None, cpu: Cpu = THIS_CPU) -> None:
        from tokenizers import Tokenizer

        self.folder = folder
        self.description = _read_description(folder)
        self.encoder: str = self.description.encoder
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._tokenizer.enable_padding(
                **{**(self._tokenizer.padding or {}), "pad_to_multiple_of": _STEP}
            )
            how = self._tokenizer.padding or {}
            self._padding = {key: how[key] for key in _PADDING if key in how}
            kind, single = self.description.encoder, _SINGLE[self.description.encoder]
            self._single = min(single, (self._tokenizer.truncation or {}).get("max_length", single))
            graph = folder / GRAPH
            fitting = without_rounding(graph) if kind == "int8" and cpu.has_tiles() else graph
            self._graph = Graph(fitting, reduced=kind != "float32", threads=threads)
        except ModelError:
            raise
        except Exception as error:  # tokenizers raises bare Exception, OpenVINO RuntimeError
            raise ModelError(f"the encoder in {folder} cannot be run: {one_line(error)}") from error

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return the vectors of texts and of their spans; see Embedder."""
        return self._embed(self.description.passage_prompt, texts, spans)

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return the vectors of questions and of their spans; see Embedder."""
        return self._embed(self.description.question_prompt, texts, spans)

    def _embed(self, prompt: str, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        if any(spans) and not self.description.gives_tokens:
            return embed_separately(partial(self._embed, prompt), texts, spans)
        # where the spans of each text begin and end in `rows`
        edges = np.cumsum([len(texts), *map(len, spans)])
        rows = np.empty((edges[-1], self._graph.dimension), dtype=np.float32)
        if not texts:
            return rows
        prompted = [prompt + text for text in texts]
        # encode_batch_fast does not give the offsets of tokens
        encode = self._tokenizer.encode_batch if spans else self._tokenizer.encode_batch_fast
        encodings = encode(prompted)
        least, pads_left = 0, self._padding.get("direction") == "left"
        if len(texts) == 1:
            least = self._single
            encodings[0].pad(least, **self._padding)
        tokens, inputs = model_inputs(encodings), self._graph.inputs
        lengths = tokens["attention_mask"].sum(axis=1)
        order = np.argsort(-lengths, kind="stable")
        for first in range(0, len(order), _BATCH):
            places = order[first : first + _BATCH]
            longest = max(-(-int(lengths[places[0]]) // _STEP) * _STEP, least)
            kept = slice(-longest, None) if pads_left else slice(longest)
            vectors = self._graph.run({name: tokens[name][places, kept] for name in inputs})
            rows[places] = vectors[0]
            for row, place in enumerate(places if spans else ()):
                ends = np.array(encodings[place].offsets)[kept, 1] - len(prompt)
                rows[edges[place] : edges[place + 1]] = pool_spans(
                    vectors[1][row], ends, spans[place], rows[place]
                )
        return rows


def model_inputs(encodings: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
    """Return the inputs of a transformer by name: int64 of shape (len(encodings), tokens) each."""
    return {
        name: np.array([getattr(encoding, field) for encoding in encodings], dtype=np.int64)
        for name, field in _FIELDS.items()
    }


def write_description(
    folder: Path, encoder: Kind, question_prompt: str, passage_prompt: str, *, gives_tokens: bool
) -> None:
    """Write the description of the encoder in `folder`, after its other files."""
    description = Description(
        encoder=encoder,
        question_prompt=question_prompt,
        passage_prompt=passage_prompt,
        gives_tokens=gives_tokens,
        files=hash_files(folder),
    )
    (folder / DESCRIPTION).write_text(description_text(description), encoding="utf-8")


def description_text(description: Description) -> str:
    """Return the content of the file that holds a description."""
    return description.model_dump_json(indent=2) + "\n"


def _read_description(folder: Path) -> Description:
    try:
        description = Description.model_validate_json((folder / DESCRIPTION).read_bytes())
        found = hash_files(folder, leave_out=DESCRIPTION)
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} holds no encoder: {one_line(error)}") from error
    if found != description.files:
        raise ModelError(f"the files in {folder} do not match {DESCRIPTION}")
    return description
