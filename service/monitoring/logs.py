"""A line of JSON for each request, and all other log messages in the same form.

A line names the route and not the address, since addresses hold questions and names of documents;
it holds no address of a client. With `log_questions` it holds the questions.
"""

from __future__ import annotations

import logging
import time

import orjson
from flask import Flask, Response, g, has_request_context, request
from flask.logging import default_handler

from service.access.gate import current_key
from service.answers.observer import Observer, Stage

_LINES = logging.getLogger("pincite.requests")


class QuestionLog:
    """Keeps the questions of a request for its line, and passes them to the observer `after`."""

    def __init__(self, after: Observer) -> None:
        self._after = after

    def asked(self, question: str) -> None:
        """Keep a question."""
        if has_request_context():
            g.setdefault("questions", []).append(question)
        self._after.asked(question)

    def took(self, stage: Stage, seconds: float) -> None:
        """Keep nothing."""
        self._after.took(stage, seconds)


def register_request_lines(app: Flask) -> None:
    """Log every request to `app`, and all other messages, as JSON on standard error."""
    default_handler.setFormatter(_json())
    _LINES.handlers = [default_handler]
    _LINES.setLevel(logging.INFO)
    _LINES.propagate = False

    @app.after_request
    def log(response: Response) -> Response:
        key = current_key()
        line: dict[str, object] = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.began) * 1000, 3),
            "bytes": response.content_length,
            "key": key.id if key else None,
        }
        if questions := g.get("questions"):
            line["questions"] = questions
        _LINES.info("request", extra=line)
        return response


def _json() -> logging.Formatter:
    import structlog  # with its tracebacks it takes a tenth of the time of all imports

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(
                serializer=lambda line, **_: orjson.dumps(line, default=str).decode()
            ),
        ],
    )
