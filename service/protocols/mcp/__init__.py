"""The Model Context Protocol at /mcp, for models that use tools."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from flask import Blueprint, Response, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as BaseResponse

from index import LiveIndex, Passage, Source
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.problems import Problem, register_problems
from service.protocols.mcp.tools import Address, Tools

if TYPE_CHECKING:
    from a2wsgi import ASGIMiddleware
    from starlette.requests import Request

_INVALID_REQUEST, _INTERNAL_ERROR = -32600, -32603  # JSON-RPC 2.0, section 5.1


def mcp_blueprint(answerer: Answerer, live: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the route /mcp."""
    routes = Blueprint("mcp", __name__)
    register_problems(routes, render_error)

    def open_here() -> ASGIMiddleware:
        # the SDK takes a second to import, which only those wait for who use it
        from service.protocols.mcp.bridge import open_bridge
        from service.protocols.mcp.server import mcp_server

        server = mcp_server(Tools(answerer, live), lambda asked: _address(pages, asked))
        return open_bridge(server)

    bridge = _once(open_here)

    @routes.post("/mcp")
    def call() -> BaseResponse:
        body = request.get_data()
        environ = request.environ | {
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        # read to its end, or the task that answers would wait for ever
        return BaseResponse.from_app(bridge(), environ, buffered=True)  # type: ignore[arg-type]

    return routes


def _address(pages: SourcePages, asked: Request) -> Address:
    base = str(asked.base_url)

    def address(source: Source, passage: Passage | None) -> str:
        if passage is None:
            return pages.document(source.id, base)
        return pages.passage(passage, base)

    return address


def _once(make: Callable[[], ASGIMiddleware]) -> Callable[[], ASGIMiddleware]:
    """Return a function that makes a thing when it is first called, by whatever thread."""
    lock = threading.Lock()
    made: list[ASGIMiddleware] = []

    def get() -> ASGIMiddleware:
        with lock:
            if not made:
                made.append(make())
        return made[0]

    return get


class ErrorObject(BaseModel):
    """Why a request was refused."""

    code: int
    message: str


class ErrorReply(BaseModel):
    """An error of JSON-RPC that answers no request in particular."""

    jsonrpc: Literal["2.0"] = "2.0"
    id: None = None
    error: ErrorObject


def render_error(problem: Problem) -> Response:
    """Return a problem as an error of JSON-RPC."""
    code = _INVALID_REQUEST if problem.status < 500 else _INTERNAL_ERROR
    reply = ErrorReply(error=ErrorObject(code=code, message=problem.detail))
    return Response(reply.model_dump_json(), problem.status, mimetype="application/json")
