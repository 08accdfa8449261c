"""The callers that each route accepts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ

from service.access.gate import COOKIE, Gate
from service.access.key_file import create_key, read_keys, revoke_key
from service.access.keyring import Keyring
from service.access.sessions import Sessions
from service.http.operation import KINDS
from service.http.table import operation_name
from service.routes import OPERATIONS
from service.settings.settings import load_settings
from tests.fakes import THREE, build, write_files
from tests.service.conftest import SITE, MakeApp, problem_of, routes

ELSEWHERE = "203.0.113.7"


def sent(client: FlaskClient, method: str, address: str, token: str | None) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.open(address, method=method, headers={"Origin": SITE, **headers})


def let_in(response: TestResponse) -> bool:
    return response.status_code not in {401, 403}


@pytest.fixture
def everything(make_app: MakeApp, tokens: Mapping[str, str], tmp_path: Path) -> Flask:
    """Return an application with every route that there can be: a collection has its own."""
    news = {"documents": tmp_path / "news", "index": tmp_path / "news-index"}
    build(write_files(news["documents"], THREE), news["index"])
    app = make_app(origins=[SITE], collections={"news": news})
    assert [address for _, address, _ in routes(app) if address.startswith("/collections/news/")]
    return app


def test_every_route_is_in_the_table_and_the_table_holds_no_more(make_app: MakeApp) -> None:
    app = make_app()
    listed = {operation_name(rule.endpoint) for rule in app.url_map.iter_rules()}
    assert listed == OPERATIONS.keys()


def test_a_route_that_is_not_in_the_table_lets_nobody_in(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    app = make_app(no_auth=True)
    app.add_url_rule("/forgotten", view_func=lambda: "secret")
    for token in [None, *tokens.values()]:
        response = sent(app.test_client(), "GET", "/forgotten", token)
        problem_of(response, 403)
        assert "secret" not in response.text


@pytest.mark.parametrize("token", [None, "wrong", "revoked"])
def test_no_operation_that_needs_a_key_goes_without_one_that_is_known(
    everything: Flask, tokens: Mapping[str, str], token: str | None
) -> None:
    needing = 0
    for method, address, operation in routes(everything):
        given = tokens.get(token or "", token)
        response = sent(everything.test_client(), method, address, given)
        if operation.needs is None:
            assert response.status_code != 403, address
        else:
            needing += 1
            status = operation.renamed.get(401, 401)
            assert response.status_code == status, (method, address)
            if status == 401:
                assert response.headers["WWW-Authenticate"] == 'Bearer realm="pincite"'
    assert needing >= 40


@pytest.mark.parametrize("kind", KINDS)
def test_each_operation_takes_the_kinds_that_the_table_says(
    everything: Flask, tokens: Mapping[str, str], kind: str
) -> None:
    for method, address, operation in routes(everything):
        response = sent(everything.test_client(), method, address, tokens[kind])
        if kind == "widget" and "/collections/news" in address:
            assert response.status_code == 404  # a widget's key is for one collection
        elif operation.needs and KINDS.index(kind) < KINDS.index(operation.needs):
            assert response.status_code == 403
            assert f"and not {kind}" in response.text
        elif not address.startswith("/sign-"):
            assert let_in(response), (method, address, response.text)


@pytest.mark.parametrize(
    ("address", "status", "part"),
    [
        ("/ask", 401, {"status": 401, "title": "Unauthorized"}),
        ("/v1/chat/completions", 401, {"code": "invalid_api_key"}),
        ("/v1/vector_stores/default/search", 401, {"code": "invalid_api_key"}),
        ("/retrieval", 403, {"error_code": 1002}),
        ("/openwebui/search", 401, {"detail": "a key is needed that is known here"}),
        ("/mcp", 401, {"jsonrpc": "2.0", "code": -32600}),
    ],
)
def test_each_dialect_refuses_in_its_own_words(
    make_app: MakeApp, tokens: Mapping[str, str], address: str, status: int, part: dict[str, object]
) -> None:
    response = make_app().test_client().post(address, json={})
    assert response.status_code == status
    reply = response.get_json()
    said = {**reply, **reply.get("error", {})}
    for name, value in part.items():
        assert str(said[name]).startswith(str(value))


def test_the_kinds_may_do_ever_more(make_app: MakeApp, tokens: Mapping[str, str]) -> None:
    client = make_app().test_client()
    reached = {
        kind: {
            address
            for address in ("/ask?q=lava", "/documents", "/")
            if let_in(sent(client, "GET", address, tokens[kind]))
        }
        for kind in KINDS
    }
    assert reached["widget"] == reached["cite"] == {"/ask?q=lava"}
    assert reached["ask"] == reached["admin"] == {"/ask?q=lava", "/documents", "/"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer {}"},
        {"Authorization": "bearer {}"},
        {"X-API-Key": "{}"},
    ],
)
def test_a_key_is_taken_from_where_clients_put_it(
    make_app: MakeApp, tokens: Mapping[str, str], headers: dict[str, str]
) -> None:
    given = {name: value.format(tokens["ask"]) for name, value in headers.items()}
    client = make_app().test_client(use_cookies=False)
    assert client.get("/ask?q=lava", headers=given).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Basic YTpi", "Basic nonsense", "Bearer a=b", "nonsense", "\xff"],
)
def test_a_header_that_holds_no_key_is_as_none(
    make_app: MakeApp, tokens: Mapping[str, str], authorization: str
) -> None:
    headers = {"Authorization": authorization}
    named = None if authorization.startswith("Bearer") else "Authorization"
    problem_of(make_app().test_client().get("/ask?q=lava", headers=headers), 401, named)


@pytest.mark.parametrize("origin", [None, "https://widget.example.evil", "http://widget.example"])
def test_a_widget_key_is_good_from_its_own_origin_alone(
    make_app: MakeApp, tokens: Mapping[str, str], origin: str | None
) -> None:
    client = make_app().test_client()
    headers = {"Authorization": f"Bearer {tokens['widget']}"}
    assert client.get("/ask?q=x", headers={**headers, "Origin": SITE}).status_code == 200
    other = {"Origin": origin} if origin else {}
    problem = problem_of(client.get("/ask?q=x", headers={**headers, **other}), 403)
    assert "this key is not for pages of" in problem["detail"]


def test_without_keys_the_machine_itself_needs_none_and_may_send_any(make_app: MakeApp) -> None:
    client = make_app().test_client()
    assert client.get("/ask?q=lava").status_code == 200
    assert client.get("/ask?q=lava", headers={"Authorization": "Bearer sk-x"}).status_code == 200
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        reply = client.get("/ask?q=lava", environ_overrides={"REMOTE_ADDR": address})
        assert reply.status_code == 200
    for address in (ELSEWHERE, "", "nonsense"):
        reply = client.get("/ask?q=lava", environ_overrides={"REMOTE_ADDR": address})
        problem_of(reply, 403)


def test_pages_of_a_new_widget_key_may_ask_at_once_and_of_a_revoked_one_no_more(
    make_app: MakeApp, tmp_path: Path
) -> None:
    client = make_app(no_auth=True).test_client()

    def allowed() -> str | None:
        """Return the origins that a preflight request is allowed for."""
        wanted = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
        return client.options("/ask", headers=wanted).headers.get("Access-Control-Allow-Origin")

    assert allowed() is None
    key, _ = create_key(tmp_path / "keys.json", "widget", "", [SITE])
    assert allowed() == SITE
    revoke_key(tmp_path / "keys.json", key.id)
    assert allowed() is None


def test_the_first_key_is_needed_as_soon_as_it_is_made_and_no_longer_once_revoked(
    make_app: MakeApp, tmp_path: Path
) -> None:
    client = make_app().test_client()
    assert client.get("/ask?q=lava").status_code == 200
    key, token = create_key(tmp_path / "keys.json", "ask", "", [])
    problem_of(client.get("/ask?q=lava"), 401)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/ask?q=lava", headers=headers).status_code == 200
    revoke_key(tmp_path / "keys.json", key.id)
    problem_of(client.get("/ask?q=lava", headers=headers), 401)
    problem_of(client.get("/ask?q=lava"), 401)


def test_without_authentication_everybody_is_let_in(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(no_auth=True, host="0.0.0.0").test_client()
    reply = client.get("/documents", environ_overrides={"REMOTE_ADDR": ELSEWHERE})
    assert reply.status_code == 200


def test_keys_that_cannot_be_read_let_nobody_in_and_say_nothing_of_where_they_are(
    make_app: MakeApp, tokens: Mapping[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_app().test_client()
    (tmp_path / "keys.json").write_text("nonsense")
    for headers in ({}, {"Authorization": f"Bearer {tokens['admin']}"}):
        response = client.get("/ask?q=lava", headers=headers)
        problem_of(response, 503)
        assert "keys.json" not in response.text
        assert response.headers["Retry-After"]
        assert client.get("/healthz", headers=headers).status_code == 200
    assert "keys.json" in caplog.text


def test_asking_for_the_options_of_a_route_needs_no_key(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    response = make_app().test_client().options("/ask")
    assert response.status_code == 200
    assert "POST" in response.headers["Allow"]


def test_a_caller_is_known_by_a_key_or_session_that_is_not_public(
    tokens: Mapping[str, str], tmp_path: Path
) -> None:
    sessions = Sessions()
    keyring = Keyring(tmp_path / "keys.json")
    gate = Gate(keyring, sessions, load_settings(keys=tmp_path / "keys.json"))

    def is_known(**headers: str) -> bool:
        return gate.is_known(create_environ(headers=headers))

    assert is_known(Authorization=f"Bearer {tokens['cite']}")
    assert is_known(**{"X-API-Key": tokens["admin"]})
    [ask] = [key for key in read_keys(tmp_path / "keys.json") if key.kind == "ask"]
    assert is_known(Cookie=f"{COOKIE}={sessions.begin(ask.id)}")
    assert not is_known()
    assert not is_known(Cookie=f"{COOKIE}=guessed")
    for kind in ("widget", "revoked"):
        assert not is_known(Authorization=f"Bearer {tokens[kind]}")
    without = tmp_path / "none.json"
    assert Gate(Keyring(without), sessions, load_settings(keys=without)).is_known(create_environ())
