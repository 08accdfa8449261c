"""One question from the command line."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from index import IndexMissing, QueryError
from service.answers import Answer
from service.building import update_index
from service.problems import field_problems
from service.questions import ASK_RULES, Ask
from service.settings import Settings
from service.terminal import ProgressBar
from service.wiring import open_answerer


def answer_once(settings: Settings, ask: Mapping[str, object]) -> Answer:
    """Answer one question, given as the fields of a request; build the index if there is none.

    Raises:
        PinciteError: the question, the index, the documents or the model cannot be used.
    """
    try:
        query = Ask.model_validate(ask).query()
    except ValidationError as error:
        raise QueryError(field_problems(error, ASK_RULES).detail) from error
    try:
        answerer, _ = open_answerer(settings)
    except IndexMissing:
        with ProgressBar() as progress:
            update_index(settings, progress)
        answerer, _ = open_answerer(settings)
    return answerer.answer(query)
