"""The application and the commands, over THREE and the fake model."""

from __future__ import annotations

import gc
import itertools
import json
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from index import Calibration, Generation, Query, Recipe, Retriever, Vectors
from index.answering.confidence import Regression
from service.access.key_file import create_key, revoke_key
from service.answers.answer import Answer
from service.answers.answerer import Answerer
from service.app import create_app
from service.commands.cli import main
from service.commands.collaborators import Collaborators
from service.http.operation import Operation
from service.http.table import operation_name
from service.routes import OPERATIONS
from service.settings.settings import Settings, load_settings
from service.traffic.admission import TRANSFERS, Admission
from service.wiring.models import OpenRetriever, open_retriever
from tests.fakes import HOLDERS, MODEL, OFFICES, THREE, KnowsAnswers, build, recipe_of, write_files


@pytest.fixture(autouse=True, scope="module")
def closed_files() -> Iterator[None]:
    """Close the files of the applications of a module, which lie in cycles for the collector."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index over THREE that no test changes."""
    folder = tmp_path_factory.mktemp("service")
    build(write_files(folder / "documents", THREE), folder / "index")
    return folder / "index"


@pytest.fixture(scope="session")
def app(stored: Path) -> Flask:
    return create_app(load_settings(index=stored), recipe_of=recipe_of)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


_NEVER = Regression(coefficients={}, intercept=-9)


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an application on a port of its own; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[str]:
    """Return the address of a server that answers from THREE."""
    with serve(app) as address:
        yield address


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it reached the application."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


_SURE = Regression(coefficients={}, intercept=1)  # a confidence of 0.73


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application over OFFICES with an answer model that knows HOLDERS."""
    folder = tmp_path_factory.mktemp("offices")
    build(write_files(folder / "documents", OFFICES), folder / "index")
    calibration = Calibration(
        model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=_SURE,
        lexical=_SURE, answer_model="default", answered=_SURE,
    )  # fmt: skip
    (folder / "calibration.json").write_text(calibration.model_dump_json())
    settings = load_settings(
        index=folder / "index", calibration=folder / "calibration.json", no_auth=True
    )
    knowing = partial(open_retriever, answer_model_of=lambda _: KnowsAnswers(HOLDERS))
    return create_app(settings, recipe_of=recipe_of, retriever_of=knowing)


@pytest.fixture(scope="session")
def live_offices(offices: Flask) -> Iterator[str]:
    """Return the address of a server that answers from OFFICES."""
    with serve(offices) as address:
        yield address


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
    """Return an application whose confidence is always too low to answer."""
    folder = tmp_path_factory.mktemp("doubtful")
    build(write_files(folder / "documents", THREE), folder / "index")
    calibration = Calibration(
        model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=_NEVER,
        lexical=_NEVER,
    )  # fmt: skip
    (folder / "calibration.json").write_text(calibration.model_dump_json())
    settings = load_settings(
        index=folder / "index",
        calibration=folder / "calibration.json",
        public_url="https://docs.example.org/p/",
        no_auth=True,
    )
    return create_app(settings, recipe_of=recipe_of)


SITE = "https://widget.example"  # whose pages the widget key of `tokens` is for
MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(stored: Path, tmp_path: Path) -> MakeApp:
    """Return a function that makes an application with settings, its keys in `keys.json`.

    Its collaborators are those of create_app, here a fake model unless the test names another.
    """

    def make(*, collaborators: Mapping[str, Any] | None = None, **settings: object) -> Flask:
        given = {"index": stored, "keys": tmp_path / "keys.json"} | settings
        asked = {"recipe_of": recipe_of} | dict(collaborators or {})
        return create_app(load_settings(**given), **asked)

    return make


def hurried_clock() -> Callable[[], float]:
    """Return a clock by which a minute passes between two looks: /readyz tries each time."""
    return itertools.count(step=60).__next__


def one_at_a_time(threads: int = 32, queue: int = 64, *, transfers: int = TRANSFERS) -> Admission:
    """Return an Admission that lets one request at a time run Python."""
    patience = 120  # longer than any test waits
    return Admission(threads, queue, transfers=transfers, inside=1, patience=patience)


@pytest.fixture
def tokens(tmp_path: Path) -> Mapping[str, str]:
    """Return the token of a key of each kind, and that of one that was revoked."""
    path = tmp_path / "keys.json"
    revoked, token = create_key(path, "admin", "", [])
    revoke_key(path, revoked.id)
    return {
        "cite": create_key(path, "cite", "", [])[1],
        "ask": create_key(path, "ask", "", [])[1],
        "admin": create_key(path, "admin", "", [])[1],
        "widget": create_key(path, "widget", "", [SITE])[1],
        "revoked": token,
    }


def routes(app: Flask) -> list[tuple[str, str, Operation]]:
    """Return method, address and operation of every route that is described."""
    return [
        (method, re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"\1", rule.rule), operation)
        for rule in app.url_map.iter_rules()
        for operation in [OPERATIONS[operation_name(rule.endpoint)]]
        if not operation.hidden
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


class Outcome(NamedTuple):
    """The exit status of a command and its output."""

    status: int
    out: str
    err: str

    @property
    def said_last(self) -> str:
        """Return standard error without the lines that say what `serve` begins with."""
        return re.sub(r"\A(?:pincite: (?:starting, to|updating the index in) .*\n)*", "", self.err)


class FakeServer:
    """Stands in for granian: serves nothing, and remembers what it was asked to serve.

    `exported` are the settings that were in the environment by then.
    """

    loader: partial[Flask] | None = None
    exported: frozenset[str] = frozenset()

    def open(self, settings: Settings) -> FakeServer:
        self.exported = frozenset(name for name in os.environ if name.startswith("PINCITE_"))
        return self

    def on_startup(self, hook: Callable[[], None]) -> None:
        pass

    def signal_handler_interrupt(self) -> None:
        pass

    def serve(self, *, target_loader: Callable[..., Flask], wrap_loader: bool) -> None:
        assert isinstance(target_loader, partial)
        assert not wrap_loader
        self.loader = target_loader

    @property
    def behind(self) -> Mapping[str, str]:
        """Why the indexes of some collections could not be updated, by name."""
        assert self.loader
        return {step.name: step.failure for step in self.loader.args[1] if step.failure}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """Return what serves for `run`; the handlers of signals are put back."""
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield FakeServer()
    for number, handler in before.items():
        signal.signal(number, handler)


Run = Callable[..., Outcome]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], server: FakeServer
) -> Run:
    """Return a function that runs `pincite` with arguments, in this process.

    Its collaborators are the fake model's and the fake server unless the test names others.
    """

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PINCITE_PORT", str(probe.getsockname()[1]))

    fake = Collaborators(recipe_of, open_server=server.open)

    def run_pincite(*arguments: str | Path, collaborators: Collaborators = fake) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["pincite", *map(str, arguments)])
        capfd.readouterr()
        status = 0
        try:
            main(collaborators)
        except SystemExit as end:
            status = int(end.code or 0)
        written = capfd.readouterr()
        return Outcome(status, written.out, written.err)

    return run_pincite


class _Failing(Retriever):
    """Fails with an error at every question but the one that warms it up."""

    def __init__(self, recipe: Recipe, error: Exception) -> None:
        super().__init__(recipe.encoders)
        self._error = error

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        if [query.text for query in queries] != ["?"]:
            raise self._error
        return super().embed(queries, generation)


def failing(error: Exception) -> OpenRetriever:
    """Return a collaborator of create_app by which every question fails with an error."""
    return lambda settings, recipe: _Failing(recipe, error)


Alter = Callable[[Callable[[Answer], Answer]], None]
Change = Callable[..., None]


@pytest.fixture
def alter_answers(monkeypatch: pytest.MonkeyPatch) -> Alter:
    """Return a function that takes another one, and applies it to every answer that follows."""
    real = Answerer.answer

    def alter(altered: Callable[[Answer], Answer]) -> None:
        monkeypatch.setattr(Answerer, "answer", lambda *asked: altered(real(*asked)))

    return alter


@pytest.fixture
def change_answers(alter_answers: Alter) -> Change:
    """Return a function that sets fields of every answer that follows."""
    return lambda **fields: alter_answers(lambda answer: replace(answer, **fields))


def problem_of(response: TestResponse, status: int, field: str | None = None) -> dict[str, Any]:
    """Return a problem document, once it is a whole one that names `field`."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.data)
    assert problem["status"] == status
    assert problem["type"]
    assert problem["title"]
    assert problem["instance"] == response.request.path
    if field is not None:
        named = {one["field"]: one for one in problem["errors"]}
        assert field in named, problem
        assert named[field]["found"]
        assert named[field]["allowed"]
        assert status != 422 or field in problem["detail"]
    return problem
