from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from werkzeug.datastructures import Headers

from service.traffic.sending import Whole

SMALL = [b"Lava ", b"flows."]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask(__name__)
    (tmp_path / "large").write_bytes(b"x" * 65_537)
    closed: list[str] = []
    app.extensions["closed"] = closed

    @app.get("/small")
    def small() -> Response:
        reply = Response(iter(SMALL), headers={"Content-Length": "11"})
        reply.call_on_close(lambda: closed.append("small"))
        return reply

    @app.get("/lower-case")
    def lower_case() -> Response:
        reply = Response(iter(SMALL))
        reply.headers = Headers([("content-length", "11")])
        return reply

    @app.get("/large")
    def large() -> Response:
        return Response((tmp_path / "large").open("rb"), headers={"Content-Length": "65537"})

    @app.get("/events")
    def events() -> Response:
        def endless() -> Iterator[bytes]:
            while True:
                yield b"event\n"

        return Response(endless())

    app.wsgi_app = Whole(app.wsgi_app)  # type: ignore[method-assign]
    return app


def reply_to(app: Flask, address: str) -> object:
    """Return the chunks that the server gets to send."""
    with app.test_request_context(address) as context:
        return app.wsgi_app(context.request.environ, lambda *_: lambda _: None)


def test_a_small_reply_is_given_whole_and_then_closed(app: Flask) -> None:
    assert reply_to(app, "/small") == [b"Lava flows."]
    assert app.extensions["closed"] == ["small"]


def test_the_name_of_a_header_may_be_written_in_any_case(app: Flask) -> None:
    assert reply_to(app, "/lower-case") == [b"Lava flows."]


@pytest.mark.parametrize("address", ["/large", "/events"])
def test_what_is_large_or_of_no_known_length_is_given_in_parts(app: Flask, address: str) -> None:
    reply = reply_to(app, address)
    assert not isinstance(reply, list)
    reply.close()  # type: ignore[attr-defined]
