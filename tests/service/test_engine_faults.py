"""The replies of a service while the cluster with its index fails, and afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import MilvusEngine, parse_address
from service.app import create_app
from service.settings.settings import load_settings
from tests.fakes import OTHER_MODEL, THREE, build, recipe, recipe_of, write_files
from tests.milvus import publish
from tests.server import running, wait_until_ready
from tests.service.conftest import Run, hurried_clock, problem_of
from tests.waiting import becomes

pytest.importorskip("milvus_lite", reason="the extra milvus is not installed")

from tests.milvus_server import StandIn, standing_in

pytestmark = pytest.mark.system


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with documents, for a service whose index is in a cluster."""
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path / "cache"))
    write_files(tmp_path / "documents", THREE)
    return tmp_path


Fault = Callable[[StandIn], None]


def _publish_another_model(server: StandIn, grace: float = 600) -> None:
    other = replace(recipe(), model=OTHER_MODEL)
    folder = server.folder / "other"
    report = build(write_files(folder / "documents", THREE), folder / "index", other, rebuild=True)
    publish(engine_of(server, grace), folder / "index", report)


def _publish_ours(server: StandIn) -> None:
    folder = server.folder / "ours"
    report = build(write_files(folder / "d", THREE), folder / "index", rebuild=True)
    publish(engine_of(server), folder / "index", report)


def engine_of(server: StandIn, grace: float = 600) -> MilvusEngine:
    address = parse_address(server.address())
    return MilvusEngine(address, "pincite", grace=timedelta(seconds=grace))


# A fault of a cluster, its repair, and the words of the message in between.
CUT_OFF: dict[str, tuple[Fault, Fault, str]] = {
    "down": (
        lambda server: server.wire.go_down(),
        lambda server: server.wire.come_up(),
        "Connection refused",
    ),
    "silent": (
        lambda server: setattr(server.wire, "silent", True),
        lambda server: setattr(server.wire, "silent", False),
        "no answer within 1 seconds",
    ),
    "slow": (
        lambda server: setattr(server.gate, "slow", frozenset({"DescribeAlias", "Search"})),
        lambda server: setattr(server.gate, "slow", frozenset()),
        "no answer within 1 seconds",
    ),
    "closed": (
        lambda server: setattr(server.gate, "token", "root:secret"),
        lambda server: setattr(server.gate, "token", ""),
        "denies access",
    ),
}
OF_NO_USE: dict[str, tuple[Fault, Fault, str]] = {
    "old": (
        lambda server: setattr(server.gate, "version", "v2.4.15"),
        lambda server: setattr(server.gate, "version", ""),
        "has version v2.4.15",
    ),
    "of another model": (_publish_another_model, _publish_ours, "was built with the model other"),
    "empty": (lambda server: None, _publish_ours, "there is no index in Milvus"),
}


def service_of(server: StandIn) -> Flask:
    """Return a service whose index is in a cluster, which must answer within a second."""
    settings = load_settings(engine=server.address(), engine_seconds=1)
    return create_app(settings, recipe_of=recipe_of, clock=hurried_clock())


def ask(client: FlaskClient, question: str) -> TestResponse:
    return client.post("/ask", json={"question": question})


def readiness(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/readyz").data)
    return found


def is_ready(client: FlaskClient) -> bool:
    return client.get("/readyz").status_code == 200


def check_refused(client: FlaskClient, question: str, told: str) -> None:
    """Check that a question is refused and that /readyz fails, both with the words in `told`."""
    refused = ask(client, question)
    assert told in problem_of(refused, 503)["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert not is_ready(client)
    found = readiness(client)
    assert (found["status"], found["index"]) == ("failing", "unavailable")
    assert told in found["detail"]


def check_answered(client: FlaskClient, question: str, path: str) -> None:
    """Check that a question is answered by a document, once the service is ready."""
    assert becomes(lambda: is_ready(client) and readiness(client)["detail"] is None)
    answered = ask(client, question)
    assert answered.status_code == 200
    assert json.loads(answered.data)["passages"][0]["source"]["path"] == path


@pytest.mark.parametrize(
    ("strike", "mend", "told"), (CUT_OFF | OF_NO_USE).values(), ids=CUT_OFF | OF_NO_USE
)
def test_a_service_starts_before_its_cluster_can_be_asked_and_answers_once_it_can(
    place: Path, strike: Fault, mend: Fault, told: str
) -> None:
    with standing_in(place / "server") as server:
        if mend is not _publish_ours:
            _publish_ours(server)
        strike(server)
        client = service_of(server).test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 200
        check_refused(client, "lava?", told)
        found = readiness(client)
        assert found["generation"] is None
        assert server.address().removeprefix("milvus+") in found["detail"]
        mend(server)
        check_answered(client, "lava?", "volcano.md")


@pytest.mark.parametrize(("strike", "mend", "told"), CUT_OFF.values(), ids=CUT_OFF)
def test_a_service_that_answers_says_what_befalls_its_cluster_and_answers_again(
    place: Path, strike: Fault, mend: Fault, told: str
) -> None:
    with standing_in(place / "server") as server:
        _publish_ours(server)
        client = service_of(server).test_client()
        check_answered(client, "lava?", "volcano.md")
        strike(server)
        check_refused(client, "copper?", told)
        assert ask(client, "lava?").status_code == 200  # which is kept
        mend(server)
        check_answered(client, "copper?", "harbour.md")


def test_a_cluster_that_comes_back_with_an_old_version_is_refused_until_it_is_replaced(
    place: Path,
) -> None:
    with standing_in(place / "server") as server:
        _publish_ours(server)
        client = service_of(server).test_client()
        server.wire.go_down()
        check_refused(client, "lava?", "Connection refused")
        server.gate.version = "v2.4.15"
        server.wire.come_up()
        assert becomes(lambda: "has version v2.4.15" in readiness(client)["detail"])
        check_refused(client, "lava?", "has version v2.4.15")
        server.gate.version = ""
        check_answered(client, "lava?", "volcano.md")


def test_a_service_that_answers_is_not_given_the_vectors_of_another_model(place: Path) -> None:
    with standing_in(place / "server") as server:
        _publish_ours(server)
        client = service_of(server).test_client()
        _publish_another_model(server)
        assert becomes(lambda: readiness(client)["index"] == "unavailable")
        assert "was built with the model other" in readiness(client)["detail"]
        assert ask(client, "lava?").status_code == 200  # from what was there before
        _publish_another_model(server, grace=0)  # which drops that
        refused = problem_of(ask(client, "copper?"), 503)
        assert "has dropped this generation of the index" in refused["detail"]
        assert not is_ready(client)
        assert "was built with the model other" in readiness(client)["detail"]
        _publish_ours(server)
        check_answered(client, "copper?", "harbour.md")


def test_questions_that_come_at_once_are_all_refused_while_the_cluster_is_slow(
    place: Path,
) -> None:
    with standing_in(place / "server") as server:
        _publish_ours(server)
        app = service_of(server)
        server.gate.slow = frozenset({"Search"})
        with ThreadPoolExecutor(8) as threads:
            asked = [
                threads.submit(ask, app.test_client(), f"lava {number}?") for number in range(8)
            ]
            assert app.test_client().get("/healthz").status_code == 200
        for refused in (one.result() for one in asked):
            assert "no answer within 1 seconds" in problem_of(refused, 503)["detail"]
            assert int(refused.headers["Retry-After"]) > 0
        assert server.gate.struck["slow"] >= 8
        server.gate.slow = frozenset()
        check_answered(app.test_client(), "lava 9?", "volcano.md")


def test_the_certificates_and_the_token_of_a_cluster_are_settings(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(place / "ours.pem"))
    with standing_in(place / "server", authority.issue_cert("127.0.0.1")) as server:
        server.gate.token = "reader:secret"
        monkeypatch.setenv("PINCITE_ENGINE", server.address("https"))
        client = create_app(load_settings(), recipe_of=recipe_of).test_client()
        check_refused(client, "lava?", "CERTIFICATE_VERIFY_FAILED")
        monkeypatch.setenv("PINCITE_ENGINE_AUTHORITY", str(place / "ours.pem"))
        client = create_app(load_settings(), recipe_of=recipe_of).test_client()
        check_refused(client, "lava?", "the setting engine_token")
        monkeypatch.setenv("PINCITE_ENGINE_TOKEN", "reader:secret")
        client = create_app(load_settings(), recipe_of=recipe_of).test_client()
        check_refused(client, "lava?", "there is no index in Milvus")
        assert "secret" not in readiness(client)["detail"]


def test_the_command_serves_before_its_cluster_is_up(place: Path, run: Run) -> None:
    with standing_in(place / "server") as server:
        server.wire.go_down()
        with (
            running(place, "--engine", server.address(), ready=False) as service,
            httpx.Client(base_url=service.address, timeout=60) as client,
        ):
            assert becomes(lambda: answers(client, "/healthz"))
            ready = client.get("/readyz")
            assert ready.status_code == 503
            assert "Connection refused" in ready.json()["detail"]
            server.wire.come_up()
            assert run("index", "--engine", server.address()).status == 0
            wait_until_ready(service.process, service.port)
            assert client.get("/ask", params={"q": "who weighs copper?"}).status_code == 200


def answers(client: httpx.Client, path: str) -> bool:
    with suppress(httpx.TransportError):
        return client.get(path).status_code == 200
    return False
