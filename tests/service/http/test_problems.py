from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import IndexDamaged, ModelError
from service.http.problems import register_problems, render_problem, without_folders
from tests.service.conftest import problem_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/problem+json"])
def test_an_unknown_route_is_a_problem_document_for_a_program(
    client: FlaskClient, accept: str | None
) -> None:
    headers = {"Accept": accept} if accept else {}
    problem = problem_of(client.get("/nowhere", headers=headers), 404)
    assert "/documents" in problem["detail"]


def test_an_unknown_route_is_a_page_for_a_browser(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": BROWSER})
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "<html" in response.text
    assert 'href="/"' in response.text


@pytest.mark.parametrize("accept", ["application/json", BROWSER])
@pytest.mark.parametrize("address", ["/nowhere", "/documents/nobody", "/ask"])
def test_an_error_that_depends_on_accept_says_so_to_caches(
    client: FlaskClient, address: str, accept: str
) -> None:
    response = client.get(address, headers={"Accept": accept})
    assert "Accept" in response.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("PUT", "/ask", {"GET", "POST"}),
        ("DELETE", "/documents", {"GET"}),
        ("POST", "/healthz", {"GET"}),
        ("POST", "/documents/x", {"GET"}),
    ],
)
def test_a_method_that_a_route_has_not_is_refused_with_those_it_has(
    client: FlaskClient, method: str, address: str, allowed: set[str]
) -> None:
    response = client.open(address, method=method)
    problem_of(response, 405)
    assert allowed <= {name.strip() for name in response.headers["Allow"].split(",")}


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    response = client.post("/ask", json={"question": "a" * 100_000})
    problem_of(response, 413)


def test_what_was_asked_for_is_not_run_as_markup(client: FlaskClient) -> None:
    response = client.get("/documents/<script>alert(1)", headers={"Accept": BROWSER})
    assert response.status_code == 404
    assert "<script>alert" not in response.text


def failing(error: Exception) -> FlaskClient:
    app = Flask(__name__)
    register_problems(app, render_problem)

    @app.get("/fail")
    def fail() -> str:
        raise error

    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status"), [(IndexDamaged("vectors are damaged"), 503), (ModelError("no model"), 500)]
)
def test_an_error_of_the_index_is_a_problem_with_its_message(error: Exception, status: int) -> None:
    assert problem_of(failing(error).get("/fail"), status)["detail"] == str(error)


def test_a_bug_is_a_problem_that_gives_nothing_away_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = failing(ZeroDivisionError("the secret")).get("/fail")
    problem_of(response, 500)
    assert "secret" not in json.dumps(json.loads(response.data))
    assert "the secret" in caplog.text


@pytest.mark.parametrize(
    ("message", "public"),
    [
        ("the index in /var/lib/pincite/index is damaged", "the index in index is damaged"),
        ("'/home/ada/keys.json' cannot be read", "'keys.json' cannot be read"),
        ("(/a/b/c): no room; see /a/b/d.", "(c): no room; see d."),
        ("there is nothing at /documents", "there is nothing at /documents"),
        ("s3://bucket/folder is away", "s3://bucket/folder is away"),
        ("notes/orchard.txt is gone", "notes/orchard.txt is gone"),
        ("it lies at file:///var/lib/documents", "it lies at documents"),
    ],
)
def test_the_public_sees_no_folder_of_this_machine(message: str, public: str) -> None:
    assert without_folders(message) == public
