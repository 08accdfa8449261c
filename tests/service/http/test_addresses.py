"""The service below a path: every link, form, asset, redirect and address begins with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.service.conftest import MakeApp
from tests.service.web.dom import parse

PAGE = {"Accept": "text/html"}
PUBLIC = "https://docs.example.org/search"
FORWARDED = {
    "X-Forwarded-Prefix": "/search", "X-Forwarded-Host": "docs.example.org",
    "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1",
}  # fmt: skip
PAGES = ["/", "/?q=lava", "/documents", "/documents/harbour.md", "/status", "/docs", "/sign-in"]


WAYS = ["public_url", "X-Forwarded-Prefix"]


def open_below(make_app: MakeApp, way: str, **settings: object) -> FlaskClient:
    """Return a client of the service below /search, as a setting or a proxy says."""
    if way == "public_url":
        return make_app(public_url=PUBLIC, **settings).test_client()
    client = make_app(proxies=1, hosts=["docs.example.org"], **settings).test_client()
    for name, value in FORWARDED.items():
        client.environ_base[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return client


@pytest.fixture(params=WAYS)
def below(request: pytest.FixtureRequest, make_app: MakeApp) -> FlaskClient:
    return open_below(make_app, request.param, no_auth=True)


def test_the_prefix_may_be_removed_or_passed_on(below: FlaskClient) -> None:
    for path in ("/ask?q=lava", "/search/ask?q=lava", "/search/ask/?q=lava"):
        assert below.get(path).status_code == 200
    assert below.get("/search").status_code == below.get("/search/").status_code == 200
    assert below.get("/searching").status_code == 404
    assert below.get("/search/healthz").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_names_is_below_the_prefix(below: FlaskClient, path: str) -> None:
    text = below.get(f"/search{path}", headers=PAGE).text
    addresses = [one for one in re.findall(r'(?:href|src|action)="([^"]*)"', text) if one]
    own = [one for one in addresses if not one.startswith(("#", "https://example.org"))]
    assert len(own) > 5
    assert [one for one in own if not one.startswith("/search/")] == []
    for address in set(own):
        if "sign-out" not in address and "feedback" not in address:
            reply = below.get(address.replace("&amp;", "&"))
            if address.startswith("/search/language/"):  # it leads back to the page
                below.delete_cookie("language", path="/search")
                assert reply.headers["Location"].startswith("/search/"), address
            else:
                assert reply.status_code in {200, 404, 422}, address


def test_a_form_leads_back_below_the_prefix(below: FlaskClient) -> None:
    form = parse(below.get("/search/?q=lava", headers=PAGE).text).all("form", class_="feedback")[0]
    fields = {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}
    assert fields["back"] == "/search/?q=lava"
    sent = below.post(
        "/search/feedback",
        data={**fields, "helpful": "yes"},
        headers={**PAGE, "Accept": "text/html"},
    )
    assert 'href="/search/?q=lava"' in sent.text


@pytest.mark.parametrize("way", WAYS)
def test_signing_in_leads_below_the_prefix_and_keeps_the_key_there(
    make_app: MakeApp, tokens: Mapping[str, str], way: str
) -> None:
    below = open_below(make_app, way)
    refused = parse(below.get("/search/documents", headers=PAGE).text)
    assert refused.one("input", name="next").attributes["value"] == "/search/documents?"
    data = {"key": tokens["ask"], "next": "/search/documents"}
    signed = below.post("/search/sign-in", data=data)
    assert (signed.status_code, signed.headers["Location"]) == (303, "/search/documents")
    assert "Path=/search" in signed.headers["Set-Cookie"]
    out = below.post("/search/sign-out")
    assert out.headers["Location"] == "/search/sign-in"
    assert "Path=/search" in out.headers["Set-Cookie"]


def test_the_description_names_its_server(below: FlaskClient) -> None:
    assert json.loads(below.get("/search/openapi.json").data)["servers"] == [{"url": "/search"}]


def test_a_problem_names_the_address_that_was_asked(below: FlaskClient) -> None:
    assert json.loads(below.get("/search/ask").data)["instance"] == "/search/ask"


def test_links_in_chatbots_are_below_the_prefix(below: FlaskClient) -> None:
    start = f"{PUBLIC}/documents/"
    found = below.post("/search/openwebui/search", json={"query": "lava"})
    assert {one["link"].startswith(start) for one in json.loads(found.data)} == {True}
    asked = {"model": "default", "messages": [{"role": "user", "content": "lava"}]}
    chat = json.loads(below.post("/search/v1/chat/completions", json=asked).data)
    assert chat["choices"][0]["message"]["annotations"][0]["url_citation"]["url"].startswith(start)


def test_links_over_mcp_are_below_the_prefix(below: FlaskClient) -> None:
    call = {"name": "search", "arguments": {"query": "lava"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accept = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    reply = json.loads(below.post("/search/mcp", json=message, headers=accept).data)
    results = reply["result"]["structuredContent"]["results"]
    assert results[0]["url"].startswith(f"{PUBLIC}/documents/")


def test_a_prefix_is_taken_from_no_client(app: Flask) -> None:
    page = app.test_client().get("/", headers={**PAGE, "X-Forwarded-Prefix": "/evil"})
    assert "/evil" not in page.text
