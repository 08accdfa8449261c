"""One question from the command line."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from index import IndexMissing, QueryError
from service.answers import Answer
from service.building import update_index
from service.problems import field_problems
from service.questions import OPTION_RULES, AskArguments
from service.settings import Settings
from service.terminal import ProgressBar
from service.wiring import open_answerer


def answer_once(settings: Settings, fields: Mapping[str, object]) -> Answer:
    """Answer one question, given as fields that hold texts; build the index if there is none.

    Raises:
        PinciteError: the question, the index, the documents or the model cannot be used.
    """
    try:
        query = AskArguments.model_validate(fields, by_alias=False, by_name=True).query()
    except ValidationError as error:
        raise QueryError(field_problems(error, OPTION_RULES).detail) from error
    try:
        answerer, _ = open_answerer(settings)
    except IndexMissing:
        with ProgressBar() as progress:
            update_index(settings, progress)
        answerer, _ = open_answerer(settings)
    return answerer.answer(query)
