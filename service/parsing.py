"""From an HTTP request to a checked question."""

from __future__ import annotations

from typing import TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError

from service.filters import REPEATABLE
from service.problems import FieldProblem, Problem, field_problems, shape_problem
from service.questions import ARGUMENT_RULES, ASK_RULES, Ask, AskArguments


def parse_arguments(request: Request) -> AskArguments:
    """Read a question from the address: `q`, `top_k` and so on, some more than once.

    Raises:
        Problem: 422, naming each argument that cannot be used.
    """
    given: dict[str, str | list[str]] = {}
    for name, values in request.args.to_dict(flat=False).items():
        if name in REPEATABLE:
            given[name] = [value for value in values if value]
        elif len(values) == 1:
            given[name] = values[0]
        else:
            found = FieldProblem(name, f"{len(values)} values", "one value")
            raise Problem(422, f"{name}: given {len(values)} times, allowed once", found)
    # a form sends its empty fields too
    given = {name: value for name, value in given.items() if value or name == "q"}
    try:
        return AskArguments.model_validate(given)
    except ValidationError as error:
        raise field_problems(error, ARGUMENT_RULES) from error


def parse_body(request: Request) -> Ask:
    """Read a question from a JSON body.

    Raises:
        Problem: 415 for another media type, 400 for malformed JSON, 422 naming each field that
            cannot be used.
    """
    try:
        return Ask.model_validate_json(_json_of(request), strict=True)
    except ValidationError as error:
        raise field_problems(error, ASK_RULES) from error


Schema = TypeVar("Schema", bound=BaseModel)


def parse_json(request: Request, schema: type[Schema]) -> Schema:
    """Read a JSON body whose shape somebody else has fixed.

    Raises:
        Problem: as in `parse_body`, of the first field that cannot be used.
    """
    try:
        return schema.model_validate_json(_json_of(request))
    except ValidationError as error:
        raise shape_problem(error) from error


def _json_of(request: Request) -> bytes:
    if not request.is_json:
        found = request.mimetype or "no Content-Type"
        raise Problem(
            415,
            f"the body's media type is {found}, expected application/json",
            FieldProblem("Content-Type", found, "application/json"),
        )
    return request.get_data()
