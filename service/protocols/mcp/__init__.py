"""The Model Context Protocol at /mcp, for language models that use tools.

`tools.py` implements the tools over `schemas.py`, `server.py` describes them to clients by the
official SDK, `bridge.py` connects the SDK to WSGI, and `stdio.py` serves it without HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from flask import Blueprint, Response, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as BaseResponse

from index import LiveIndex, Passage, Source
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.bodies import read_body
from service.http.media import JSON
from service.http.operation import Operation
from service.http.problems import Problem, register_problems
from service.http.responses import json_response
from service.protocols.mcp.tools import Address, Tools

if TYPE_CHECKING:
    from a2wsgi import ASGIMiddleware
    from starlette.requests import Request

_INVALID_REQUEST, _INTERNAL_ERROR = -32600, -32603  # JSON-RPC 2.0, section 5.1


class ErrorObject(BaseModel):
    """Why a request was refused."""

    code: int
    message: str


class ErrorReply(BaseModel):
    """An error of JSON-RPC that belongs to no particular request."""

    jsonrpc: Literal["2.0"] = "2.0"
    id: None = None
    error: ErrorObject


OPERATIONS = {
    "mcp.call": Operation(
        "Send a message of the Model Context Protocol, over Streamable HTTP.",
        needs="ask",
        body={JSON: dict[str, Any]},
        replies={JSON: dict[str, Any]},
        refusals={JSON: ErrorReply},
        further=(202, 406),  # 202 for a notification, 406 for an Accept header without JSON
    )
}


def blueprint(answerer: Answerer, live: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the route /mcp."""
    routes = Blueprint("mcp", __name__)
    register_problems(routes, render_error)

    def open_here() -> ASGIMiddleware:
        from service.protocols.mcp.bridge import open_bridge
        from service.protocols.mcp.server import mcp_server

        server = mcp_server(Tools(answerer, live), lambda asked: _address(pages, asked))
        return open_bridge(server)

    bridge = _once(open_here)

    @routes.post("/mcp")
    def call() -> BaseResponse:
        body = read_body(request)
        environ = request.environ | {
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "QUERY_STRING": "",
        }
        # buffered, because the task that answers ends only when the whole reply was read
        return BaseResponse.from_app(bridge(), environ, buffered=True)  # type: ignore[arg-type]

    return routes


def load_sdk() -> None:
    """Import the official SDK; it takes a second, for which the first request waits otherwise."""
    from service.protocols.mcp import bridge, server  # noqa: F401


def _address(pages: SourcePages, asked: Request) -> Address:
    base = str(asked.base_url)

    def address(source: Source, passage: Passage | None) -> str:
        if passage is None:
            return pages.document(source.id, base)
        return pages.passage(passage, base)

    return address


def _once(make: Callable[[], ASGIMiddleware]) -> Callable[[], ASGIMiddleware]:
    """Return a thread-safe function that calls `make` once and returns its result every time."""
    lock = threading.Lock()
    made: list[ASGIMiddleware] = []

    def get() -> ASGIMiddleware:
        with lock:
            if not made:
                made.append(make())
        return made[0]

    return get


def render_error(problem: Problem) -> Response:
    """Return a problem as an error of JSON-RPC."""
    code = _INVALID_REQUEST if problem.status < 500 else _INTERNAL_ERROR
    reply = ErrorReply(error=ErrorObject(code=code, message=problem.detail))
    return json_response(reply, problem.status)
