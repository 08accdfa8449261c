"""A page of another site may change nothing and read nothing, unless a setting or key names it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import Headers
from werkzeug.test import create_environ

from service.settings.origin import Origin
from tests.service.conftest import SITE, MakeApp, problem_of, routes

EVIL = "https://evil.example"
ASK = {"question": "lava"}


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8000", "LOCALHOST", "app.localhost", "127.0.0.1:8000", "[::1]:8000",
        "192.0.2.1", "docs.example", "docs.example:8443",
    ],
)  # fmt: skip
def test_the_service_is_asked_under_its_names_and_any_address(make_app: MakeApp, host: str) -> None:
    client = make_app(hosts=["docs.example"], no_auth=True).test_client()
    assert client.get("/ask?q=lava", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "docs.example.evil.example", "localhost.evil.example",
     "127.0.0.1.evil.example", "xdocs.example", "[nonsense", "a b", "127.0.0.1, evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/ask?q=lava", "/", "/healthz", "/static/style.css", "/none"])
def test_no_other_name_is_answered(client: FlaskClient, host: str, address: str) -> None:
    problem_of(client.get(address, headers={"Host": host}), 421)


def test_hosts_of_any_length_are_neither_kept_nor_sent_back(client: FlaskClient) -> None:
    def start(*_: object) -> Any:
        """Take the status and the headers of a reply."""

    def ask(number: int) -> None:
        environ = create_environ("/healthz", headers={"Host": f"{number}." + "a" * 200_000})
        reply = b"".join(client.application.wsgi_app(environ, start))
        assert len(reply) < 1000

    ask(0)
    tracemalloc.start()
    try:
        for number in range(200):
            ask(number)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 4_000_000  # all of them are 40 MB


def test_the_name_that_is_served_on_is_known(make_app: MakeApp, tokens: Mapping[str, str]) -> None:
    client = make_app(host="Docs.example").test_client()
    headers = {"Host": "docs.example", "X-API-Key": tokens["ask"]}
    assert client.get("/ask?q=lava", headers=headers).status_code == 200


SENT_BY_OTHERS = [
    {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": EVIL},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://["},
]
SENT_BY_OURS = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
]


@pytest.mark.parametrize("headers", SENT_BY_OTHERS)
@pytest.mark.parametrize("address", ["/ask", "/v1/ask", "/sign-in", "/sign-out"])
def test_what_may_change_something_is_not_taken_from_another_site(
    client: FlaskClient, address: str, headers: dict[str, str]
) -> None:
    problem = problem_of(client.post(address, json=ASK, headers=headers), 403)
    assert "may not ask here" in problem["detail"]


@pytest.mark.parametrize("headers", SENT_BY_OTHERS)
def test_no_operation_that_changes_something_is_done_for_another_site(
    make_app: MakeApp, tokens: Mapping[str, str], headers: dict[str, str]
) -> None:
    app = make_app()
    changing = [(how, where) for how, where, _ in routes(app) if how != "GET"]
    assert {("PUT", "/documents/path"), ("POST", "/feedback")} <= set(changing)
    client = app.test_client()
    client.post("/sign-in", data={"key": tokens["admin"]})  # whose reader may do it all
    for method, address in changing:
        response = client.open(address, method=method, headers=headers)
        assert response.status_code == 403, (method, address)
        assert "may not ask here" in response.text, (method, address)


@pytest.mark.parametrize("headers", SENT_BY_OURS)
def test_it_is_taken_from_our_own_pages_and_from_programs(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert client.post("/ask", json=ASK, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", SENT_BY_OTHERS)
def test_a_link_from_another_site_opens_but_its_pages_read_nothing(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    response = client.get("/ask?q=lava", headers=headers)
    assert response.status_code == 200
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def asked_before(client: FlaskClient, origin: str, address: str = "/ask") -> Headers:
    """Return the headers of the reply to what a browser asks before it sends a question."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
        "Sec-Fetch-Site": "cross-site",
    }
    response = client.options(address, headers=headers)
    assert response.status_code == 200
    return response.headers


def test_pages_of_the_origins_that_are_named_may_ask_and_read(make_app: MakeApp) -> None:
    client = make_app(origins=[SITE]).test_client()
    before = asked_before(client, SITE)
    assert before["Access-Control-Allow-Origin"] == SITE
    assert "POST" in before["Access-Control-Allow-Methods"]
    assert {"Authorization", "Content-Type"} <= set(
        before["Access-Control-Allow-Headers"].split(", ")
    )
    response = client.post(
        "/ask", json=ASK, headers={"Origin": SITE, "Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [EVIL, SITE + ".evil.example", "http://widget.example", "null"])
def test_pages_of_others_may_not(make_app: MakeApp, origin: str) -> None:
    client = make_app(origins=[SITE]).test_client()
    assert "Access-Control-Allow-Origin" not in asked_before(client, origin)
    response = client.post("/ask", json=ASK, headers={"Origin": origin})
    problem_of(response, 403)
    assert "Access-Control-Allow-Origin" not in response.headers


def test_pages_with_a_widget_may_ask_and_nothing_else(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app().test_client()
    assert asked_before(client, SITE)["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Origin" not in asked_before(client, SITE, "/documents")
    headers = {"Origin": SITE, "Sec-Fetch-Site": "cross-site"}
    refused = client.post("/ask", json=ASK, headers=headers)
    problem_of(refused, 401)
    assert refused.headers["Access-Control-Allow-Origin"] == SITE
    headers["Authorization"] = f"Bearer {tokens['widget']}"
    assert client.post("/ask", json=ASK, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "text", ["https://a.example", "http://localhost:3000", "http://[::1]:80", "app://obsidian.md"]
)
def test_an_origin_is_a_scheme_a_host_and_maybe_a_port(text: str) -> None:
    assert TypeAdapter(Origin).validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "*", "null", "a.example", "https://", "https://a.example/", "https://A.example",
     "https://*.example", "https://a.example:", "https://u@a.example", "https://a b"],
)  # fmt: skip
def test_nothing_else_is_an_origin(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Origin).validate_python(text)


ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}


@pytest.mark.parametrize("address", ["/documents/x/file", "/documents", "/ask?q=x", "/status"])
def test_a_page_of_another_site_loads_nothing_and_so_learns_nothing(
    make_app: MakeApp, address: str
) -> None:
    client = make_app().test_client()
    refused = client.get(address, headers=ELSEWHERE)
    problem_of(refused, 403)
    assert refused.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for change in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},  # a link is followed
    ):
        assert client.get(address, headers=ELSEWHERE | change).status_code != 403
    framed = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    problem_of(client.get(address, headers=ELSEWHERE | framed), 403)


def test_the_script_of_the_widget_is_loaded_from_anywhere(make_app: MakeApp) -> None:
    response = make_app().test_client().get("/widget.js", headers=ELSEWHERE)
    assert response.status_code == 200
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_no_cache_keeps_what_depends_on_the_caller(make_app: MakeApp) -> None:
    client = make_app().test_client()
    for method, address, operation in routes(client.application):
        response = client.open(address, method=method)
        if operation.needs is not None:
            assert {"private", "no-cache"} <= set(response.cache_control.to_header().split(", "))
            varies = set(response.vary)
            assert {"authorization", "cookie", "x-api-key"} <= {one.lower() for one in varies}
