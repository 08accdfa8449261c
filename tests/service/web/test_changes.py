"""Adding and deleting documents on the pages, without script."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index.types import document_id
from tests.fakes import build, write_files
from tests.service.conftest import MakeApp
from tests.service.protocols.test_uploads import hold, make_app
from tests.service.web.dom import Node, parse

__all__ = ["hold", "make_app"]  # fixtures
PAGE = {"Accept": "text/html"}
VOLCANO = f"/documents/{document_id('volcano.md')}"


@pytest.fixture
def client(make_app: MakeApp, three: Path, index: Path) -> FlaskClient:
    """Return a browser that is not signed in."""
    return make_app(index=index, documents=three, publish_seconds=60).test_client()


@pytest.fixture
def admin(client: FlaskClient, tokens: Mapping[str, str]) -> FlaskClient:
    """Return a browser that is signed in with an admin key."""
    client.post("/sign-in", data={"key": tokens["admin"]})
    return client


def look(client: FlaskClient, path: str) -> Node:
    return parse(client.get(path, headers=PAGE).text)


def add(client: FlaskClient, *names: str, **fields: str) -> TestResponse:
    files = [(BytesIO(b"The ferry leaves at nine."), name) for name in names]
    return client.post("/documents", data={"file": files, **fields}, headers=PAGE)


def test_only_an_admin_key_is_offered_changes(
    client: FlaskClient, tokens: Mapping[str, str]
) -> None:
    client.post("/sign-in", data={"key": tokens["ask"]})
    tree = look(client, "/documents")
    assert not tree.all("form", class_="upload")
    [offer] = [link for link in tree.all("a") if "admin key" in link.line]
    assert "/sign-in?next=" in offer.attributes["href"]
    assert "Delete" not in look(client, VOLCANO).text
    assert client.get(f"{VOLCANO}/delete", headers=PAGE).status_code == 403
    assert client.post(f"{VOLCANO}/delete", headers=PAGE).status_code == 403


def test_a_form_adds_files_and_shows_their_report(admin: FlaskClient, three: Path) -> None:
    form = look(admin, "/documents").one("form", class_="upload")
    assert form.attributes["enctype"] == "multipart/form-data"
    assert form.one("input", type="file").attributes["name"] == "file"
    response = add(admin, "ferry.txt", "empty.pdf")
    assert (response.status_code, response.mimetype) == (201, "text/html")
    tree = parse(response.text)
    assert tree.one("h1").line == "Done"
    rows = {
        row.one("span", dir="auto").line: row.line
        for row in tree.one("ul", class_="documents").all("li")
    }
    assert "added1 passage" in rows["ferry.txt"]
    assert "failed: " in rows["empty.pdf"]
    assert (three / "ferry.txt").exists()
    assert "ferry" in look(admin, "/documents?q=ferry").one("ul", class_="documents").line


def test_a_file_is_replaced_only_if_the_reader_says_so(admin: FlaskClient, three: Path) -> None:
    refused = add(admin, "volcano.md")
    assert (refused.status_code, refused.mimetype) == (409, "text/html")
    assert "tick “Replace files of the same name”" in refused.text
    assert "Lava" in (three / "volcano.md").read_text()
    replaced = add(admin, "volcano.md", overwrite="true")
    assert replaced.status_code == 201
    assert "replaced" in parse(replaced.text).one("ul", class_="documents").line
    assert "ferry" in (three / "volcano.md").read_text()


def test_a_page_asks_before_it_deletes(admin: FlaskClient, three: Path) -> None:
    link = look(admin, VOLCANO).one(class_="ways").all("a")[-1]
    assert link.line == "Delete this document"
    tree = look(admin, link.attributes["href"])
    assert "volcano.md" in tree.one("form", class_="confirm").line
    assert (three / "volcano.md").exists()
    form = tree.one("form", class_="confirm")
    assert form.one("a").attributes["href"] == "/documents"
    response = admin.post(form.attributes["action"], headers=PAGE)
    assert response.status_code == 200
    assert "deleted" in parse(response.text).one("ul", class_="documents").line
    assert not (three / "volcano.md").exists()
    assert admin.get(f"{VOLCANO}/delete", headers=PAGE).status_code == 404


def test_the_list_leads_to_the_same_question(admin: FlaskClient) -> None:
    rows = look(admin, "/documents").one("ul", class_="documents").all("li")
    assert [row.all("a")[1].attributes["href"] for row in rows][-1] == f"{VOLCANO}/delete"


def test_a_slow_change_has_a_page_that_reloads_until_it_is_done(
    make_app: MakeApp, three: Path, index: Path, tokens: Mapping[str, str], hold: threading.Event
) -> None:
    browser = make_app(index=index, documents=three, publish_seconds=0).test_client()
    browser.post("/sign-in", data={"key": tokens["admin"]})
    hold.clear()
    response = add(browser, "ferry.txt")
    assert response.status_code == 202
    tree = parse(response.text)
    assert tree.one("h1").line == "Indexing"
    address = tree.one("meta", **{"http-equiv": "refresh"}).attributes["content"].split("url=")[1]
    assert address == response.headers["Location"]
    assert look(browser, address).one("h1").line == "Indexing"
    hold.set()
    for _ in range(600):
        tree = look(browser, address)
        if tree.one("h1").line == "Done":
            break
        threading.Event().wait(0.1)
    assert not tree.all("meta", **{"http-equiv": "refresh"})


def test_the_last_document_stays(
    make_app: MakeApp, tmp_path: Path, tokens: Mapping[str, str]
) -> None:
    documents = write_files(tmp_path / "one", {"a.md": "One."})
    build(documents, tmp_path / "one-index")
    browser = make_app(index=tmp_path / "one-index", documents=documents).test_client()
    browser.post("/sign-in", data={"key": tokens["admin"]})
    refused = browser.get(f"/documents/{document_id('a.md')}/delete", headers=PAGE)
    assert refused.status_code == 409
    assert "last document" in refused.text
