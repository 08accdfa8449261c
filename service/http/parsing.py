"""From an HTTP request to a checked question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from flask import Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler
from werkzeug.datastructures import MultiDict

from index import Filter
from service.http.bodies import read_body
from service.http.problems import FieldProblem, Problem, field_problems, refuse_field, shape_problem
from service.schemas.filters import FLAT_RULES, REPEATABLE, FlatFilters
from service.schemas.questions import ARGUMENT_RULES, ASK_RULES, MOST_QUESTIONS, Ask, AskArguments

Schema = TypeVar("Schema", bound=BaseModel)


def _on_its_own(value: object, check: ValidatorFunctionWrapHandler) -> Ask | Problem:
    try:
        return check(value)  # type: ignore[no-any-return]
    except ValidationError as error:
        return field_problems(error, ASK_RULES)


# A body of POST /ask that is a list of questions, each refused on its own.
Batch = Annotated[
    list[Annotated[Ask, WrapValidator(_on_its_own)]],
    Field(min_length=1, max_length=MOST_QUESTIONS),
]
_BATCH: TypeAdapter[Any] = TypeAdapter(Batch)
_QUESTION = {"q", "question"}


def parse_arguments(request: Request) -> AskArguments:
    """Read a question from the address: `q`, `top_k` and so on, some more than once.

    Raises:
        Problem: 422, naming each argument that cannot be used.
    """
    # a form sends its empty fields too
    given = {
        name: value for name, value in _repeated(request).items() if value or name in _QUESTION
    }
    try:
        return AskArguments.model_validate(given)
    except ValidationError as error:
        raise field_problems(error, ARGUMENT_RULES) from error


def parse_filters(request: Request) -> Filter | None:
    """Read which sources are searched from the address, None if it does not say.

    Raises:
        Problem: 422, naming each argument that cannot be used.
    """
    try:
        return FlatFilters.model_validate(_repeated(request)).filter()
    except ValidationError as error:
        raise field_problems(error, FLAT_RULES) from error


def _repeated(request: Request) -> dict[str, str | list[str]]:
    given: dict[str, str | list[str]] = {}
    for name, values in request.args.to_dict(flat=False).items():
        if name in REPEATABLE:
            given[name] = [value for value in values if value]
        elif len(values) == 1:
            given[name] = values[0]
        else:
            found = FieldProblem(name, f"{len(values)} values", "one value")
            raise Problem(422, f"{name}: given {len(values)} times, allowed once", found)
    return given


def parse_fields(
    given: MultiDict[str, str], schema: type[Schema], rules: Mapping[str, str]
) -> Schema:
    """Read the first value of each field of an address or a form; `schema` ignores other fields.

    Raises:
        Problem: 422, naming each field that cannot be used.
    """
    try:
        return schema.model_validate(given.to_dict())
    except ValidationError as error:
        raise field_problems(error, rules) from error


def parse_body(request: Request) -> Ask | list[Ask | Problem]:
    """Read from a JSON body a question, or a list that holds a question or its problem each.

    Raises:
        Problem: 415 for another media type, 400 for malformed JSON, 422 naming each field that
            cannot be used.
    """
    body = _json_of(request)
    if body.lstrip()[:1] == b"[":
        return _parse_batch(body)
    try:
        return Ask.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise field_problems(error, ASK_RULES) from error


def parse_json(request: Request, schema: type[Schema]) -> Schema:
    """Read a JSON body whose shape another product defines.

    Raises:
        Problem: as in `parse_body`, of the first field that cannot be used.
    """
    try:
        return schema.model_validate_json(_json_of(request))
    except ValidationError as error:
        raise shape_problem(error) from error


def _parse_batch(body: bytes) -> list[Ask | Problem]:
    try:
        found: list[Ask | Problem] = _BATCH.validate_json(body, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":
            raise field_problems(error, ASK_RULES) from error
        allowed = f"a list of 1 to {MOST_QUESTIONS} questions"
        raise refuse_field("body", first["input"], allowed) from error
    return found


def _json_of(request: Request) -> bytes:
    if not request.is_json:
        found = request.mimetype or "no Content-Type"
        raise Problem(
            415,
            f"the body's media type is {found}, expected application/json",
            FieldProblem("Content-Type", found, "application/json"),
        )
    return read_body(request)
