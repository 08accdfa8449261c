"""Opens the answer model that a setting names."""

from __future__ import annotations

from index.answering.answer_model import AnswerModel
from index.answering.compiled_answer_model import CompiledAnswerModel
from index.answering.hub_answer_models import NamedAnswerModel

DEFAULT_ANSWER_MODEL = "default"
NO_ANSWER_MODEL = "none"


def open_answer_model(name: str = DEFAULT_ANSWER_MODEL) -> AnswerModel | None:
    """Open the model that ships, or the one in a folder or on a hub; None for `none`.

    Raises:
        ModelError: the files of the model that ships are missing or altered. A named model is
            loaded on first use, and raises then.
    """
    if name == NO_ANSWER_MODEL:
        return None
    return CompiledAnswerModel() if name == DEFAULT_ANSWER_MODEL else NamedAnswerModel(name)
