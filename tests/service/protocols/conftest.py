"""The application on a port, for the official clients of other people's protocols."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, request, request_started
from werkzeug.serving import make_server

from index import Calibration
from index.confidence import Regression
from service import create_app
from service.settings import load_settings
from tests.fakes import MODEL, THREE, build, recipe, write_files

_NEVER = Regression(coefficients={}, intercept=-9)


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[str]:
    """Return the address of a server that answers from THREE."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it reached the application."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@pytest.fixture
def sent(app: Flask) -> Iterator[list[Sent]]:
    """Return a list that every request is added to."""
    seen: list[Sent] = []

    def note(_: Flask) -> None:
        body = request.get_json(silent=True)
        seen.append(Sent(request.method, request.path, dict(request.headers), body))

    with request_started.connected_to(note, app):
        yield seen


@pytest.fixture(scope="session")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application that holds no question to be answered by THREE."""
    folder = tmp_path_factory.mktemp("doubtful")
    build(write_files(folder / "documents", THREE), folder / "index")
    calibration = Calibration(
        model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=_NEVER,
        lexical=_NEVER,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.wiring.open_recipe", lambda settings: recipe())
        patch.setattr("service.wiring.load_calibration", lambda path, model: calibration)
        settings = load_settings(index=folder / "index", public_url="https://docs.example.org/p/")
        return create_app(settings)
