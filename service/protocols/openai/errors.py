"""Errors in the form of OpenAI's API."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import BaseModel

from service.http.problems import Problem
from service.http.responses import json_response


class ErrorObject(BaseModel):
    """Why a request was refused; `param` is the field with the wrong value, if there is one."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str | None


class ErrorReply(BaseModel):
    """The body of an error, which OpenAI's clients raise as an exception."""

    error: ErrorObject


# OpenAI's API has one status for every body with a wrong value.
STATUSES = {415: 400, 422: 400}
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


def render_error(problem: Problem) -> Response:
    """Return a problem as an error of OpenAI's API."""
    status = STATUSES.get(problem.status, problem.status)
    param = problem.errors[0].field if problem.errors else None
    error = ErrorObject(
        message=problem.detail,
        type="invalid_request_error" if status < 500 else "server_error",
        param=param,
        code="model_not_found" if (status, param) == (404, "model") else _CODES.get(status),
    )
    return json_response(ErrorReply(error=error), status)
