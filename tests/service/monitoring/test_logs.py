"""One line a request, and no question in any of them unless it is asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping

import pytest
from flask.logging import default_handler
from flask.testing import FlaskClient

from tests.service.conftest import MakeApp, failing

QUESTION = "where do quinces grow"


@pytest.fixture(autouse=True)
def _handler() -> Iterator[None]:
    """Let the application write as it does where no test looks on, and as before thereafter."""
    before, logger = default_handler.formatter, logging.getLogger("service")
    logger.addHandler(default_handler)
    yield
    logger.removeHandler(default_handler)
    default_handler.setFormatter(before)


def ask_in_every_way(client: FlaskClient, headers: dict[str, str]) -> int:
    """Ask by every protocol and by mistake; return how many requests that took."""
    chat = {"model": "default", "messages": [{"role": "user", "content": QUESTION}]}
    dify = {
        "knowledge_id": "default", "query": QUESTION,
        "retrieval_setting": {"top_k": 1, "score_threshold": 0},
    }  # fmt: skip
    called = {"name": "ask", "arguments": {"question": QUESTION}}
    mcp = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}
    accept = {"Accept": "application/json, text/event-stream"}
    replies = [
        client.get("/ask", query_string={"q": QUESTION}, headers=headers),
        client.get("/", query_string={"q": QUESTION}, headers=headers),
        client.get("/documents/none", query_string={"q": QUESTION}, headers=headers),
        client.get(f"/{QUESTION}", headers=headers),
        client.get("/ask", query_string={"q": QUESTION, "top_k": QUESTION}, headers=headers),
        client.post("/ask", json={"question": QUESTION}, headers=headers),
        client.post("/ask", json=[{"question": QUESTION}] * 2, headers=headers),
        client.post("/ask", data=QUESTION, headers=headers),
        client.post("/v1/chat/completions", json=chat, headers=headers),
        client.post("/openwebui/search", json={"query": QUESTION, "count": 1}, headers=headers),
        client.post("/v1/vector_stores/default/search", json={"query": QUESTION}, headers=headers),
        client.post("/retrieval", json=dify, headers=headers),
        client.post("/mcp", json=mcp, headers=headers | accept),
        client.post("/feedback", data={"question": QUESTION, "passage": "x"}, headers=headers),
    ]
    assert [one.status_code for one in replies[-6:-1]] == [200] * 5
    return len(replies)


def lines(written: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.splitlines()]


def test_each_request_is_one_line_of_json_with_its_name(
    make_app: MakeApp, tokens: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    client = make_app(log_requests=True).test_client()
    headers = {"Authorization": f"Bearer {tokens['ask']}", "X-Request-Id": "mine"}
    count = ask_in_every_way(client, headers)
    written = lines(capsys.readouterr().err)
    assert len(written) == count
    first = written[0]
    assert {name: first[name] for name in ("event", "request_id", "method", "route", "status")} == {
        "event": "request", "request_id": "mine", "method": "GET", "route": "/ask", "status": 200,
    }  # fmt: skip
    assert first["level"] == "info"
    assert float(str(first["ms"])) > 0
    assert int(str(first["bytes"])) > 0
    assert len(str(first["key"])) == 8
    assert str(first["time"]).endswith("Z")
    assert written[3]["route"] is None
    assert written[2]["route"] == "/documents/<path:identity>"


@pytest.mark.parametrize("log_requests", [True, False])
def test_no_logger_writes_a_question_or_a_key(
    make_app: MakeApp, tokens: Mapping[str, str], request: pytest.FixtureRequest, log_requests: bool
) -> None:
    capsys, caplog = request.getfixturevalue("capsys"), request.getfixturevalue("caplog")
    caplog.set_level(logging.DEBUG)
    client = make_app(log_requests=log_requests).test_client()
    assert ask_in_every_way(client, {"X-API-Key": tokens["ask"]})
    broken = {"retriever_of": failing(TypeError("it is broken"))}
    client = make_app(log_requests=log_requests, collaborators=broken).test_client()
    assert client.get("/ask", query_string={"q": QUESTION}).status_code == 401
    failed = client.get("/ask", query_string={"q": QUESTION}, headers={"X-API-Key": tokens["ask"]})
    assert failed.status_code == 500
    said = capsys.readouterr().err
    assert "unexpected error" in said
    for told in (said, caplog.text):
        assert "quince" not in told
        assert tokens["ask"] not in told
        assert "127.0.0.1" not in told


def test_what_was_asked_is_logged_where_the_setting_says_so(
    make_app: MakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    client = make_app(log_requests=True, log_questions=True).test_client()
    client.post("/ask", json=[{"question": QUESTION}, {"question": "lava"}])
    client.get("/healthz")
    first, second = lines(capsys.readouterr().err)
    assert first["questions"] == [QUESTION, "lava"]
    assert "questions" not in second


def test_what_else_is_logged_is_json_too_with_the_name_of_its_request(
    make_app: MakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = {"retriever_of": failing(TypeError("it is broken"))}
    client = make_app(log_requests=True, collaborators=broken).test_client()
    client.get("/ask?q=lava", headers={"X-Request-Id": "mine"})
    error, request = lines(capsys.readouterr().err)
    assert (error["level"], error["request_id"], error["event"]) == (
        "error", "mine", "unexpected error",
    )  # fmt: skip
    assert "TypeError" in str(error["exception"])
    assert (request["event"], request["status"]) == ("request", 500)
