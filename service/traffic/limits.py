"""The rate limit of one caller."""

from __future__ import annotations

import math
import time

from flask import Flask, Response, request
from flask_limiter import Limiter
from pydantic_core import from_json

from service.access.addresses import network_of
from service.access.gate import current_key, is_owner
from service.http.bodies import read_body
from service.http.problems import Problem
from service.http.table import current_operation


def register_rate(app: Flask, rate: str) -> None:
    """Limit the requests of a caller to `rate`, as "600/minute"; "" is no limit.

    A caller is a key; for a widget key, or without a key, it is an address. Requests of this
    machine where no key is needed, and requests that the gate refused, are not counted.
    """
    limiter = Limiter(
        _caller,
        app=app,
        application_limits=[rate] if rate else [],
        application_limits_cost=_questions,
        strategy="sliding-window-counter",
        storage_uri="memory://",
    )

    @limiter.request_filter
    def is_free() -> bool:
        operation = current_operation()
        if operation is None or not operation.limited or request.method == "OPTIONS":
            return True
        return is_owner()

    @app.after_request
    def say_when(response: Response) -> Response:
        limit = limiter.current_limit
        if response.status_code == 429 and limit:
            seconds = max(1, math.ceil(limit.window.reset_time - time.time()))
            response.headers["Retry-After"] = str(seconds)
        return response


def _caller() -> str:
    key = current_key()
    if key is not None and not key.is_public:
        return key.id
    return f"{key.id if key else ''} {network_of(request.remote_addr or '')}"


def _questions() -> int:
    """Return how many questions a request asks, or 1 where its body cannot be used."""
    if not request.is_json:
        return 1
    try:
        asked = from_json(read_body(request))
    except (Problem, ValueError):  # not JSON, or too deep
        return 1
    if isinstance(asked, dict):  # a search of a vector store
        asked = asked.get("query")
    return max(1, len(asked)) if isinstance(asked, list) else 1
