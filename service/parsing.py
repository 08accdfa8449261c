"""From an HTTP request to a checked question."""

from __future__ import annotations

from flask import Request
from pydantic import ValidationError

from service.problems import FieldProblem, Problem, field_problems
from service.schemas import ASK_RULES, Ask

# In an address the question is q, and filters stand beside it.
_FIELDS = {"q": "question"}
_FILTERS = ("since", "until")


def parse_arguments(request: Request) -> Ask:
    """Read a question from the address: `q`, `top_k` and so on, each at most once.

    Raises:
        Problem: 422, naming each field that cannot be used.
    """
    arguments = request.args.to_dict(flat=False)
    for name, values in arguments.items():
        if len(values) > 1:
            found = FieldProblem(name, f"{len(values)} values", "one value")
            raise Problem(422, f"{name}: given {len(values)} times, allowed once", found)
    fields = {name: values[0] for name, values in arguments.items()}
    if "question" in fields:
        wrong = FieldProblem("question", "an argument of the address", "q in an address")
        raise Problem(422, "question: in an address the question is q", wrong)
    given: dict[str, str | dict[str, str]] = {
        _FIELDS.get(name, name): value
        for name, value in fields.items()
        if name not in _FILTERS
        # a form sends its empty fields too
        and (value or name == "q")
    }
    filters = {name: fields[name] for name in _FILTERS if fields.get(name)}
    if filters:
        given["filters"] = filters
    try:
        return Ask.model_validate_strings(given)
    except ValidationError as error:
        raise field_problems(error, ASK_RULES) from error


def parse_body(request: Request) -> Ask:
    """Read a question from a JSON body.

    Raises:
        Problem: 415 for another media type, 400 for malformed JSON, 422 naming each field that
            cannot be used.
    """
    if not request.is_json:
        found = request.mimetype or "no Content-Type"
        raise Problem(
            415,
            f"the body's media type is {found}, expected application/json",
            FieldProblem("Content-Type", found, "application/json"),
        )
    try:
        return Ask.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        raise field_problems(error, ASK_RULES) from error
