"""Errors as RFC 9457 problem documents, or as a page where a browser asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from http import HTTPStatus

from flask import Blueprint, Flask, Response, current_app, render_template, request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException

from index import PinciteError, StoredIndexError
from service.http.media import JSON, PAGE, PROBLEM
from service.http.responses import negotiated
from service.schemas.problems import FieldReply, ProblemReply

_NEAR = 0.65  # of two names, as difflib measures it: "topk" and "top_k", not "from" and "format"
_LONGEST_RULE = 300  # characters; a message may quote what was found
# A path of a file or folder of this machine; what begins an address of the service has one part.
_ABSOLUTE = re.compile(r"(^|[\s'\"(])(?:file://)?/(?:[^\s/'\",;:)]+/)+([^\s/'\",;:)]*)")
_DETAILS = {
    404: "there is nothing at this address; the page / asks questions, and GET /documents lists "
    "the documents",
    405: "this address does not take this method",
    429: "too many requests came from this key or address; try again",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a request that cannot be used."""

    field: str
    found: str
    allowed: str


class Problem(Exception):
    """A request that is refused, with the status and the fields that say why."""

    def __init__(self, status: int, detail: str, *errors: FieldProblem) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors


def register_problems(routes: Flask | Blueprint, render: Callable[[Problem], Response]) -> None:
    """Answer every error of `routes` by `render`, whether a route or Flask raised it."""

    def from_http(error: HTTPException) -> Response:
        status = error.code or 500
        response = render(Problem(status, _DETAILS.get(status, error.description or "")))
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after"}:
                response.headers[name] = value
        return response

    def from_pincite(error: PinciteError) -> Response:
        current_app.logger.error("%s", error)
        status = 503 if isinstance(error, StoredIndexError) else 500
        return render(Problem(status, without_folders(str(error))))

    def from_bug(error: Exception) -> Response:
        current_app.logger.exception("unexpected error", exc_info=error)
        return render(Problem(500, "an unexpected error; the server's log says more"))

    routes.register_error_handler(Problem, render)
    routes.register_error_handler(HTTPException, from_http)
    routes.register_error_handler(PinciteError, from_pincite)
    routes.register_error_handler(Exception, from_bug)


def without_folders(text: str) -> str:
    """Return a message with the last part of each absolute path alone, as the public sees it."""
    return _ABSOLUTE.sub(r"\1\2", text)


def render_problem(problem: Problem) -> Response:
    """Return a problem document, or a page for a browser."""
    if wants_page():
        title = HTTPStatus(problem.status).phrase
        name = "sign_in.html" if problem.status == HTTPStatus.UNAUTHORIZED else "problem.html"
        page = render_template(name, status=problem.status, title=title, detail=problem.detail)
        return negotiated(Response(page, problem.status, mimetype=PAGE))
    reply = problem_reply(problem, request.script_root + request.path)
    return negotiated(Response(reply.model_dump_json(), problem.status, mimetype=PROBLEM))


def problem_reply(problem: Problem, instance: str) -> ProblemReply:
    """Return the problem document for a request to the address `instance`."""
    return ProblemReply(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        instance=instance,
        errors=[FieldReply(**asdict(one)) for one in problem.errors],
    )


def wants_page() -> bool:
    """Return whether the client prefers HTML to JSON, as browsers do."""
    best = request.accept_mimetypes.best_match([PROBLEM, JSON, PAGE])
    return best == PAGE


def field_problems(error: ValidationError, allowed: Mapping[str, str]) -> Problem:
    """Return the problem for a request that a schema refuses.

    `allowed` says of each field what it may hold, `a.*` of each field of `a`; a field that it
    lacks is unknown.
    """
    fields = ", ".join(name for name in allowed if not name.endswith(".*"))
    errors = error.errors(include_url=False)
    # a field by another name explains that its own is missing, so it is named first
    errors.sort(key=lambda one: one["type"] == "missing")
    missing = [str(one["loc"][-1]) for one in errors if one["type"] == "missing"]
    problems = []
    for one in errors:
        name = ".".join(str(part) for part in one["loc"])
        if one["type"] == "json_invalid":
            return _bad_json(one)
        rule = allowed.get(name) or allowed.get(".".join([*map(str, one["loc"][:-1]), "*"]))
        rule = rule or _unknown(name, allowed, fields, missing)
        if not name:
            name, rule = "body", f"an object; its fields are {fields}"
        problems.append(FieldProblem(name, _found(one), rule))
    return Problem(422, _sentence(problems[0]), *problems)


def _unknown(name: str, allowed: Mapping[str, str], fields: str, missing: list[str]) -> str:
    """Return the rule for a field that does not exist: the field that was probably meant.

    That is a field with nearly the same name, or else the one that is missing.
    """
    whole = {one.rpartition(".")[2]: one for one in allowed}
    near = get_close_matches(name.rpartition(".")[2], whole, n=1, cutoff=_NEAR)
    meant = [whole[one] for one in near] or missing[:1]
    guess = f"did you mean {meant[0]}? " if meant else ""
    return f"no such field; {guess}fields are {fields}"


def shape_problem(error: ValidationError) -> Problem:
    """Return the problem for a request of another product's shape, as the schema says it."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return _bad_json(first)
    field = ".".join(str(part) for part in first["loc"]) or "body"
    rule = first["msg"].removeprefix("Value error, ")[:_LONGEST_RULE]
    if first["type"] == "missing" and isinstance(first["input"], dict):
        sent = ", ".join(map(str, first["input"])) or "none"
        rule = f"{rule}; the fields that were sent are {sent[:_LONGEST_RULE]}"
    return Problem(422, f"{field}: {rule}", FieldProblem(field, _found(first), rule))


def refuse_field(field: str, found: object, allowed: str) -> Problem:
    """Return the problem for one field that holds `found`."""
    problem = FieldProblem(field, _shorten(found), allowed)
    return Problem(422, _sentence(problem), problem)


def _bad_json(error: ErrorDetails) -> Problem:
    return Problem(400, f"the body is not valid JSON: {error['ctx']['error']}")


def no_document(identity: str) -> Problem:
    """Return the problem for an id that no document has."""
    return Problem(
        404,
        f"there is no document {identity!r}; GET /documents lists them",
        FieldProblem("document_id", repr(identity), "the id of a document"),
    )


def _sentence(problem: FieldProblem) -> str:
    return f"{problem.field}: found {problem.found}, allowed: {problem.allowed}"


def _found(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "nothing"
    return error["msg"] if error["type"] == "control_character" else _shorten(error["input"])


def _shorten(value: object) -> str:
    text = repr(value)
    length = len(value) if isinstance(value, str) else len(text)
    return text if len(text) <= 80 else f"{text[:60]}... ({length} characters)"
