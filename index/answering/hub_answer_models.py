"""Answer models that a user names, run by their own libraries."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from index.answering.answer_model import Reading
from index.answering.decoding import best_span, probability_of
from index.embedding.hub import one_line, quieten_hub
from index.embedding.pair_scorer import PairScorer
from index.errors import ModelError

_REMEDY = (
    "set answer_model to default, none, the folder of a CrossEncoder with one score or of a "
    "question-answering model, or a name on a hub that can be reached"
)
_MOST = 384  # tokens of question and window, where the model takes as many


class CrossEncoderAnswerModel:
    """A CrossEncoder of sentence-transformers with one score: a probability without a span.

    Raises:
        ModelError: on first use, when it cannot be loaded or gives more than one score.
    """

    def __init__(self, name: str) -> None:
        self._scorer = PairScorer(name, "answer model", _REMEDY)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return a reading of each pair of a question and a window; see AnswerModel."""
        if not pairs:
            return []
        return [Reading(float(score), None, 0.0) for score in self._scorer.score(pairs)]


class SpanAnswerModel:
    """A transformers question-answering model: a span, and a score that may fall to no answer.

    The probability is that of the span against no answer, which the first token stands for.

    Raises:
        ModelError: on first use, when it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return a reading of each pair of a question and a window; see AnswerModel."""
        import torch

        readings = []
        with self._lock:
            tokenizer, model = self._loaded
            most = min(_MOST, tokenizer.model_max_length, model.config.max_position_embeddings)
            for question, window in pairs:
                tokens = tokenizer(
                    question,
                    window,
                    truncation=True,
                    max_length=most,
                    return_offsets_mapping=True,
                    return_tensors="pt",
                )
                parts = tokens.sequence_ids(0)
                offsets = tokens.pop("offset_mapping")[0].tolist()
                with torch.inference_mode():
                    out = model(**tokens)
                logits = torch.stack((out.start_logits[0], out.end_logits[0]), -1).float().numpy()
                first = parts.index(1) if 1 in parts else 0
                span, score = best_span(
                    logits, offsets, slice(first, first + parts.count(1)), window
                )
                readings.append(Reading(probability_of(score) if span else 0.0, span, score))
        return readings

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        quieten_hub()
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        here = Path(self._name).is_dir()
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._name, local_files_only=here)
            model = AutoModelForQuestionAnswering.from_pretrained(self._name, local_files_only=here)
        except Exception as error:  # as above
            raise _cannot_load(self._name, error) from error
        if not tokenizer.is_fast:
            raise ModelError(
                f"the tokenizer of the answer model {self._name} does not tell where its tokens "
                "stand; choose a model with a fast tokenizer (tokenizer.json)"
            )
        return tokenizer, model.eval()


class NamedAnswerModel:
    """The folder, or name on a hub, of a CrossEncoder or a question-answering model.

    Which of the two it is stands in its config, which is read on first use.

    Raises:
        ModelError: on first use, when it is neither or cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return a reading of each pair of a question and a window; see AnswerModel."""
        return self._model.read(pairs)

    @cached_property
    def _model(self) -> CrossEncoderAnswerModel | SpanAnswerModel:
        quieten_hub()
        from transformers import AutoConfig

        try:
            config = AutoConfig.from_pretrained(
                self._name, local_files_only=Path(self._name).is_dir()
            )
        except Exception as error:  # as above
            raise _cannot_load(self._name, error) from error
        names = " ".join(config.architectures or ())
        if "QuestionAnswering" in names:
            return SpanAnswerModel(self._name)
        if "SequenceClassification" in names:
            return CrossEncoderAnswerModel(self._name)
        raise ModelError(
            f"the answer model {self._name} is a {names or 'model of no stated kind'}, expected a "
            "CrossEncoder of sentence-transformers or a question-answering model of transformers"
        )


def _cannot_load(name: str, error: Exception) -> ModelError:
    return ModelError(f"cannot load the answer model {name}: {one_line(error)}; {_REMEDY}")
