"""A cross-encoder: a model that reads two texts together and gives them one score."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedding.hub import one_line, quieten_hub
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class PairScorer:
    """A CrossEncoder of sentence-transformers that the user names by its folder or on a hub.

    It is loaded on first use. Any number of threads may use it. In messages, `role` is what the
    model is for, and `remedy` what to name instead.
    """

    def __init__(self, name: str, role: str, remedy: str) -> None:
        self._name = name
        self._role = role
        self._remedy = remedy
        self._lock = threading.Lock()  # a fast tokenizer is not thread-safe

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return the score of each pair, float32 of shape (len(pairs),), each from 0 to 1.

        Raises:
            ModelError: the model cannot be loaded, or gives more than one score.
        """
        from torch.nn import Sigmoid

        with self._lock:
            scores = self._model.predict(
                list(pairs), activation_fn=Sigmoid(), show_progress_bar=False
            )
        return np.asarray(scores, dtype=np.float32)

    @cached_property
    def _model(self) -> CrossEncoder:
        quieten_hub()
        from sentence_transformers import CrossEncoder

        is_folder = Path(self._name).is_dir()
        try:
            model: CrossEncoder = CrossEncoder(self._name, device="cpu", local_files_only=is_folder)
        except Exception as error:  # a model may run code of its own, which may raise anything
            raise ModelError(
                f"cannot load the {self._role} {self._name}: {one_line(error)}; {self._remedy}"
            ) from error
        if model.num_labels != 1:
            raise ModelError(
                f"the {self._role} {self._name} gives {model.num_labels} scores for two texts, "
                f"expected 1; {self._remedy}"
            )
        return model
