"""One question from the command line."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from index import QueryError
from service.answers.answerer import Answer
from service.commands.building import open_or_build
from service.http.problems import field_problems
from service.schemas.questions import OPTION_RULES, AskArguments
from service.settings.settings import Settings


def answer_once(settings: Settings, fields: Mapping[str, object]) -> Answer:
    """Answer one question, given as fields that hold texts; build the index if there is none.

    Raises:
        PinciteError: the question, the index, the documents or the model cannot be used.
    """
    try:
        query = AskArguments.model_validate(fields, by_alias=False, by_name=True).query()
    except ValidationError as error:
        raise QueryError(field_problems(error, OPTION_RULES).detail) from error
    answerer, _ = open_or_build(settings)
    return answerer.answer(query)
