"""What is refused, as OpenAI says it."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import BaseModel

from service.http.problems import Problem


class ErrorObject(BaseModel):
    """Why a request was refused; `param` is the field that is at fault, where one is."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str | None


class ErrorReply(BaseModel):
    """What OpenAI's clients raise as an error."""

    error: ErrorObject


# A body that cannot be used has one status there.
STATUSES = {415: 400, 422: 400}


def render_error(problem: Problem) -> Response:
    """Return a problem as an error of OpenAI."""
    status = STATUSES.get(problem.status, problem.status)
    param = problem.errors[0].field if problem.errors else None
    error = ErrorObject(
        message=problem.detail,
        type="invalid_request_error" if status < 500 else "server_error",
        param=param,
        code="model_not_found" if (status, param) == (404, "model") else _CODES.get(status),
    )
    return Response(ErrorReply(error=error).model_dump_json(), status, mimetype="application/json")


_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
