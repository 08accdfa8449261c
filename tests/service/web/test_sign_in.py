"""Signing in with a key, as a browser does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.access.key_file import read_keys, revoke_key
from tests.service.conftest import MakeApp
from tests.service.web.dom import parse

PAGE = {"Accept": "text/html"}


@pytest.fixture
def client(
    make_app: MakeApp,
    tokens: Mapping[str, str],
) -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize("address", ["/", "/?q=lava", "/documents", "/documents/x?start=1"])
def test_a_page_that_needs_a_key_asks_for_one_and_leads_back(
    client: FlaskClient,
    tokens: Mapping[str, str],
    address: str,
) -> None:
    response = client.get(address, headers=PAGE)
    assert (response.status_code, response.mimetype) == (401, "text/html")
    form = parse(response.text).one("form", method="post")
    assert form.attributes["action"] == "/sign-in"
    given = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
    assert given["next"].rstrip("?") == address
    signed = client.post("/sign-in", data={**given, "key": tokens["ask"]})
    assert (signed.status_code, signed.headers["Location"].rstrip("?")) == (303, address)
    assert client.get(address, headers=PAGE).status_code in {200, 404}


def test_who_wants_to_change_documents_reads_which_key_permits_it(client: FlaskClient) -> None:
    def told(address: str) -> str:
        return parse(client.get(address, headers=PAGE).text).one("code").line

    assert told("/sign-in?next=/documents") == "pincite keys create --kind admin"
    assert told("/documents") == "pincite keys create"


def test_the_cookie_is_for_this_site_alone_and_for_no_script(
    client: FlaskClient,
    tokens: Mapping[str, str],
) -> None:
    plain = client.post("/sign-in", data={"key": tokens["ask"]}).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(plain.split("; "))
    safe = client.post("/sign-in", data={"key": tokens["ask"]}, base_url="https://localhost")
    assert "Secure" in safe.headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize("kind", ["wrong", "", "revoked", "widget"])
def test_a_key_that_is_not_good_for_reading_does_not_sign_in(
    client: FlaskClient,
    tokens: Mapping[str, str],
    kind: str,
) -> None:
    data = {"key": tokens.get(kind, kind), "next": "/documents"}
    response = client.post("/sign-in", data=data, headers=PAGE)
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers
    tree = parse(response.text)
    assert "key is unknown" in tree.one("p", role="alert").text
    assert tree.one("input", name="next").attributes["value"] == "/documents"
    assert tokens["widget"] not in response.text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "",
        "/\nx",
        "javascript:1",
    ],
)
def test_signing_in_leads_to_no_other_site(
    client: FlaskClient,
    tokens: Mapping[str, str],
    address: str,
) -> None:
    response = client.post("/sign-in", data={"key": tokens["ask"], "next": address})
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_a_revoked_key_signs_nobody_in_any_longer(
    client: FlaskClient,
    tokens: Mapping[str, str],
    tmp_path: Path,
) -> None:
    client.post("/sign-in", data={"key": tokens["ask"]})
    assert client.get("/", headers=PAGE).status_code == 200
    key = next(one for one in read_keys(tmp_path / "keys.json") if one.kind == "ask")
    revoke_key(tmp_path / "keys.json", key.id)
    assert client.get("/", headers=PAGE).status_code == 401


def test_signing_out_takes_the_key_out_of_the_browser(
    client: FlaskClient,
    tokens: Mapping[str, str],
) -> None:
    client.post("/sign-in", data={"key": tokens["ask"]})
    form = parse(client.get("/", headers=PAGE).text).one("form", action="/sign-out")
    assert form.one("button").text == "Sign out"
    response = client.post("/sign-out")
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
    assert client.get("/", headers=PAGE).status_code == 401
    assert not parse(client.get("/sign-in", headers=PAGE).text).all("form", action="/sign-out")


def test_a_link_from_another_site_is_opened_again_from_our_own_page(client: FlaskClient) -> None:
    def refreshed(site: str) -> bool:
        response = client.get("/?q=lava", headers={**PAGE, "Sec-Fetch-Site": site})
        return bool(parse(response.text).all("meta", **{"http-equiv": "refresh"}))

    assert refreshed("cross-site")
    assert not refreshed("same-origin")
    assert not refreshed("none")


def test_the_cookie_names_a_session_that_ends_and_not_the_key(
    client: FlaskClient, tokens: Mapping[str, str], tmp_path: Path
) -> None:
    signed = client.post("/sign-in", data={"key": tokens["ask"]})
    cookie = signed.headers["Set-Cookie"]
    assert tokens["ask"] not in cookie
    assert "Max-Age=43200" in cookie
    stolen = cookie.partition(";")[0].partition("=")[2]
    other = client.application.test_client()
    other.set_cookie("pincite_session", stolen)
    assert other.get("/documents").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert other.get("/documents").status_code == 401
    other.set_cookie("pincite_session", tokens["ask"])
    assert other.get("/documents").status_code == 401


def test_the_cookie_goes_by_https_alone_where_readers_do(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(public_url="https://docs.example.org").test_client()
    cookie = client.post("/sign-in", data={"key": tokens["ask"]}).headers["Set-Cookie"]
    assert "Secure" in cookie.split("; ")
