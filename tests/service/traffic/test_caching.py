from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.settings.settings import load_settings
from tests.fakes import build, recipe, write_files
from tests.service.conftest import MakeApp

KEPT = [
    "/ask?q=lava",
    "/v1/ask?q=lava",
    "/documents",
    "/documents?limit=1",
    "/openapi.json",
    "/docs",
]


@pytest.mark.parametrize("address", KEPT)
def test_what_a_client_has_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert {"private", "no-cache"} <= set(first.headers["Cache-Control"].split(", "))
    tag = first.headers["ETag"]
    for given in (tag, tag.removeprefix("W/"), f'"x", {tag}'):
        again = client.get(address, headers={"If-None-Match": given})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    assert client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_each_address_and_each_form_has_its_own_tag(client: FlaskClient) -> None:
    asked = [(address, accept) for address in KEPT for accept in ("application/json", "text/plain")]
    tags = {
        client.get(address, headers={"Accept": accept}).headers["ETag"] for address, accept in asked
    }
    assert len(tags) == len(asked)


def test_what_is_refused_or_may_change_is_not_kept(client: FlaskClient) -> None:
    for response in (
        client.get("/ask?q="),
        client.get("/documents/none"),
        client.get("/healthz"),
        client.get("/readyz"),
        client.get("/?q=lava"),
        client.post("/ask", json={"question": "lava"}),
    ):
        assert "ETag" not in response.headers
    assert client.get("/ask?q=", headers={"If-None-Match": "*"}).status_code == 422


def test_a_new_generation_has_new_tags(three: Path, tmp_path: Path) -> None:
    build(three, tmp_path / "index")
    app = create_app(load_settings(index=tmp_path / "index"), recipe_of=lambda _: recipe())
    client = app.test_client()
    tag = client.get("/documents").headers["ETag"]
    write_files(three, {"new.txt": "A comet passed."})
    build(three, tmp_path / "index")
    renewed = create_app(load_settings(index=tmp_path / "index"), recipe_of=lambda _: recipe())
    new = renewed.test_client()
    response = new.get("/documents", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.headers["ETag"] != tag


def test_no_key_is_told_that_another_may_keep_its_reply(
    make_app: MakeApp,
    tokens: Mapping[str, str],
) -> None:
    client = make_app().test_client()
    tag = client.get("/documents", headers={"X-API-Key": tokens["ask"]}).headers["ETag"]
    headers = {"If-None-Match": tag}
    assert client.get("/documents", headers=headers).status_code == 401
    response = client.get("/documents", headers={**headers, "X-API-Key": tokens["admin"]})
    assert response.status_code == 200
    assert {"Accept", "Authorization", "X-API-Key", "Cookie"} <= set(
        response.headers["Vary"].split(", ")
    )
