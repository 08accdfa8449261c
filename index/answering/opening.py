"""Opens the answer model that a setting names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.answering.answer_model import AnswerModel

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
    if name == DEFAULT_ANSWER_MODEL:
        from index.answering.compiled_answer_model import CompiledAnswerModel

        return CompiledAnswerModel()
    from index.answering.hub_answer_models import NamedAnswerModel

    return NamedAnswerModel(name)
