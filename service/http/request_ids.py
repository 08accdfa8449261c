"""The id of a request, in its reply and in every line of the log about it."""

from __future__ import annotations

import logging
import random
import re

from flask import Flask, Response, g, has_request_context, request
from flask.logging import default_handler

HEADER = "X-Request-Id"
_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id() -> str:
    """Return an id for a request that has none.

    It is not secret. A random number from the kernel would release the GIL, and under load it takes
    a while to get the GIL back.
    """
    return f"{random.getrandbits(64):016x}"  # nosec B311


class _Named(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True


_NAMED = _Named()
_LINE = logging.Formatter("%(asctime)s %(levelname)s %(request_id)s %(message)s")


def register_request_ids(app: Flask) -> None:
    """Give every request to `app` an id: its own if that is fit for a log, else a new one."""
    default_handler.addFilter(_NAMED)
    default_handler.setFormatter(_LINE)

    @app.before_request
    def name() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _FORM.fullmatch(given) else new_request_id()

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        return response
