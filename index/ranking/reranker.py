"""Reranking by a cross-encoder that the user names, which reads question and passage together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedding.hub import cannot_load, quieten_hub
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder as Model


class Reranker(Protocol):
    """Scores passages by reading question and passage together."""

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(passages),), each from 0 to 1."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder, named by folder or hub name and loaded on first use.

    Raises:
        ModelError: on first use, if it cannot be loaded or gives more than one score per passage.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()  # a fast tokenizer is not thread-safe

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return the score of each passage; see Reranker."""
        from torch.nn import Sigmoid

        with self._lock:
            scores = self._model.predict(
                [(question, passage) for passage in passages],
                activation_fn=Sigmoid(),
                show_progress_bar=False,
            )
        return np.asarray(scores, dtype=np.float32)

    @cached_property
    def _model(self) -> Model:
        quieten_hub()
        from sentence_transformers import CrossEncoder

        is_folder = Path(self._name).is_dir()
        try:
            model: Model = CrossEncoder(self._name, device="cpu", local_files_only=is_folder)
        except Exception as error:  # a model may run code of its own, which may raise anything
            raise cannot_load(f"the reranker {self._name}", "CrossEncoder", error) from error
        if model.num_labels != 1:
            raise ModelError(
                f"the reranker {self._name} gives {model.num_labels} scores per passage, "
                "expected 1; choose a CrossEncoder that was trained to rank"
            )
        return model
