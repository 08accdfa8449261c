"""The answer model that ships: one OpenVINO graph and its tokenizer, opened without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, FiniteFloat

from index.answering.answer_model import Reading
from index.answering.decoding import best_span, probability_of
from index.embedding.compiled import model_inputs
from index.embedding.graph import THIS_CPU, Cpu, Graph, without_rounding
from index.embedding.hub import one_line
from index.errors import ModelError
from index.files.hashes import hash_files
from index.types import Span

if TYPE_CHECKING:
    from tokenizers import Encoding

DEFAULT_FOLDER = Path(__file__).parent / "models" / "default"
GRAPH, TOKENIZER, DESCRIPTION = "graph.xml", "tokenizer.json", "model.json"

_TOGETHER = 8  # windows of like length that are read at once: more no longer fit the CPU's caches
_STEP = 8  # lengths are padded to multiples of it, so that the CPU's kernels serve again


class AnswerModelDescription(BaseModel):
    """The description in the folder of an answer model, and the SHA-256 of the other files by name.

    The probability is that of a logistic regression over the logit of the answerability head and
    the score of the span, fitted on held-out training data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    start: str
    layers: int
    examples: int
    seed: int
    languages: tuple[str, ...]
    logit_weight: FiniteFloat
    span_weight: FiniteFloat
    intercept: FiniteFloat
    files: dict[str, str]


class CompiledAnswerModel:
    """An exported answer model opened from its folder; any number of threads may use it at once.

    Where 8 bits do not suit the CPU, it computes with the same weights in bfloat16 or float32.
    `threads` are those that a batch is read by, as many as there are cores if it is None. `cpu`
    says what the CPU can compute.

    Raises:
        ModelError: a file is missing or altered, or OpenVINO is missing or cannot run the graph.
    """

    def __init__(
        self, folder: Path = DEFAULT_FOLDER, threads: int | None = None, cpu: Cpu = THIS_CPU
    ) -> None:
        from tokenizers import Tokenizer

        self.description = _read_description(folder)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._padding = _padding_of(self._tokenizer.padding)
            self._tokenizer.no_padding()
            graph = folder / GRAPH
            fitting = graph if cpu.suits_int8() else without_rounding(graph)
            self._graph = Graph(fitting, reduced=True, threads=threads)
        except ModelError:
            raise
        except Exception as error:  # tokenizers raises bare Exception, OpenVINO RuntimeError
            raise ModelError(
                f"the answer model in {folder} cannot be run: {one_line(error)}; "
                "set answer_model to none to do without it"
            ) from error

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return a reading of each pair of a question and a window; see AnswerModel."""
        if not pairs:
            return []
        encodings = self._tokenizer.encode_batch(pairs)
        order = sorted(range(len(pairs)), key=lambda place: -len(encodings[place].ids))
        readings: dict[int, Reading] = {}
        for first in range(0, len(order), _TOGETHER):
            places = order[first : first + _TOGETHER]
            longest = -(-len(encodings[places[0]].ids) // _STEP) * _STEP
            chosen = [encodings[place] for place in places]
            for encoding in chosen:
                encoding.pad(longest, **self._padding)
            tokens = model_inputs(chosen)
            answerable, spans = self._graph.run({name: tokens[name] for name in self._graph.inputs})
            for row, place in enumerate(places):
                span, score = best_span(spans[row], *_window_of(chosen[row]), pairs[place][1])
                readings[place] = self._reading(float(answerable[row, 0]), span, score)
        return [readings[place] for place in range(len(pairs))]

    def _reading(self, logit: float, span: Span | None, score: float) -> Reading:
        shape = self.description
        total = shape.logit_weight * logit + shape.span_weight * score + shape.intercept
        return Reading(probability_of(total), span, score)


def _window_of(encoding: Encoding) -> tuple[list[tuple[int, int]], slice]:
    """Return the characters of each token, and which tokens are the window's."""
    parts = encoding.sequence_ids
    first = parts.index(1) if 1 in parts else 0
    return encoding.offsets, slice(first, first + parts.count(1))


def _padding_of(padding: dict[str, object] | None) -> dict[str, object]:
    names = ("direction", "pad_id", "pad_type_id", "pad_token")
    return {name: (padding or {})[name] for name in names if name in (padding or {})}


def _read_description(folder: Path) -> AnswerModelDescription:
    mend = "install Pincite anew in the folder of its source: pip install --force-reinstall ."
    if folder != DEFAULT_FOLDER:
        mend = "export it anew: python -m tests.training export"
    try:
        content = (folder / DESCRIPTION).read_bytes()
        description = AnswerModelDescription.model_validate_json(content)
        found = hash_files(folder, leave_out=DESCRIPTION)
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} holds no answer model: {one_line(error)}; {mend}") from error
    for name, digest in description.files.items():
        if found.get(name) != digest:
            state = "altered" if name in found else "missing"
            raise ModelError(
                f"{folder / name} is {state}: expected SHA-256 {digest}, "
                f"found {found.get(name, 'no file')}; {mend}"
            )
    return description
