"""The description is OpenAPI 3.1, lists every route, and is kept to by every reply."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable
from werkzeug.routing import Rule

from service.http.table import operation_name
from service.routes import OPERATIONS
from tests.service.conftest import MakeApp
from tests.service.web.dom import parse

if TYPE_CHECKING:  # it takes seconds to import
    from schemathesis import Case


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.mimetype == "application/json"
    found: dict[str, Any] = json.loads(response.data)
    return found


def path_of(rule: Rule) -> str:
    """Return a route's path as the description writes it."""
    return rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")


def test_every_route_is_described(app: Flask, document: dict[str, Any]) -> None:
    described = {
        (path, method.upper()) for path, route in document["paths"].items() for method in route
    }
    served = {
        (path_of(rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not OPERATIONS[operation_name(rule.endpoint)].hidden
    }
    assert described == served


def test_the_description_is_openapi_and_what_it_refers_to_is_there(
    document: dict[str, Any],
) -> None:
    assert document["openapi"] == "3.1.0"
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names <= document["components"]["schemas"].keys()
    identities = [
        one["operationId"] for route in document["paths"].values() for one in route.values()
    ]
    assert len(identities) == len(set(identities))


def test_a_question_is_described_by_the_schema_that_checks_it(document: dict[str, Any]) -> None:
    post = document["paths"]["/v1/ask"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert body["anyOf"][0] == {"$ref": "#/components/schemas/Ask"}
    assert body["anyOf"][1]["maxItems"] == 32
    ask = document["components"]["schemas"]["Ask"]
    assert ask["additionalProperties"] is False
    assert ask["properties"]["question"]["maxLength"] == 2000
    assert "1 to 2000 characters" in ask["properties"]["question"]["description"]
    parameters = {one["name"]: one for one in document["paths"]["/ask"]["get"]["parameters"]}
    assert parameters["q"]["required"]
    assert parameters["publisher"]["schema"]["type"] == "array"
    assert parameters["since"]["schema"] == {"format": "date", "type": "string"}
    assert parameters["top_k"]["schema"]["maximum"] == 50


def test_the_page_shows_every_route_and_type_by_itself(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    response = client.get("/docs")
    tree = parse(response.text)
    shown = [one.text for one in tree.all("h3")]
    assert len(set(shown)) == len(shown)
    paths = {one.text.rpartition(" ")[2] for one in tree.all("code")}
    assert document["paths"].keys() <= paths
    for path in ("/ask", "/documents", "/v1/models", "/healthz"):
        for method in document["paths"][path]:
            assert f"{method.upper()} {path}" in shown
    assert document["components"]["schemas"].keys() <= set(shown)
    assert [one.attributes["src"] for one in tree.all("script")] == ["/static/page.js"]
    ids = {"#" + one.attributes["id"] for one in tree if "id" in one.attributes}
    addresses = {one.attributes["href"] for one in tree.all("a")}
    assert {one for one in addresses if one.startswith("#")} <= ids


@pytest.mark.system
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_reply_is_one_that_is_described(make_app: MakeApp, mode: str) -> None:
    """Send each operation what its schemas allow, and what they do not."""
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok
    from schemathesis.openapi import from_wsgi
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]
    operations, replies = set(), set()
    app = make_app(no_auth=True, rate_limit="")
    paths = app.url_map.bind("")

    def is_its_own(case: Case[Any]) -> bool:
        """Tell an identity from a path of its own: /documents/report is no document's."""
        served = paths.match(case.formatted_path, case.method, return_rule=True)[0]
        return path_of(served) == case.path

    for found in from_wsgi("/openapi.json", app).get_all_operations():
        assert isinstance(found, Ok)
        operations.add(found.ok().label)

        @settings(
            max_examples=settings().max_examples // 3,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(found.ok().as_strategy(generation_mode=GenerationMode(mode)))
        def check(case: Case[Any]) -> None:
            assume(is_its_own(case))
            reply = case.call_and_validate(checks=checks)
            replies.add((case.operation.label, reply.status_code))

        # nothing can be wrong of an operation that takes nothing
        with suppress(Unsatisfiable):
            check()
    if mode == "positive":
        assert {label for label, _ in replies} == operations
        assert {("POST /v1/ask", 200), ("GET /v1/ask", 200), ("GET /documents", 200)} <= replies
    else:
        assert {("GET /v1/ask", 422), ("GET /documents", 422)} <= replies
        # a body that is no JSON is refused before its fields are checked
        assert {("POST /v1/ask", 400), ("POST /v1/ask", 422)} & replies
