"""Documents that are added, replaced and deleted over HTTP; tests/test_watching.py has it whole."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import Folder, PinciteError, build_index
from index.types import document_id
from service.indexing.indexer import Indexer, RunFailed
from service.schemas.runs import ReportReply, report_reply
from service.settings.settings import Settings
from tests.fakes import THREE, build, recipe, write_files
from tests.service.conftest import MakeApp, problem_of

Send = Callable[..., TestResponse]


@pytest.fixture
def hold() -> threading.Event:
    """Return an event that every run waits for; it is set unless a test clears it."""
    event = threading.Event()
    event.set()
    return event


@pytest.fixture
def make_app(make_app: MakeApp, hold: threading.Event) -> MakeApp:
    """Make applications that bring indexes in step in this process, with the fake model."""

    def open_indexer(settings: Settings, name: str) -> Indexer:
        own = settings.collection(name)

        def run() -> ReportReply:
            assert isinstance(own.documents, Path)
            hold.wait(60)
            try:
                report = build_index(
                    Folder(own.documents), own.index, recipe(), lambda done, total: None
                )
            except PinciteError as error:
                raise RunFailed(str(error)) from error
            return report_reply(report)

        return Indexer(run)

    return partial(make_app, collaborators={"open_indexer": open_indexer})


@pytest.fixture
def client(make_app: MakeApp, three: Path, index: Path, tokens: Mapping[str, str]) -> FlaskClient:
    """Return a client of an application over a folder of its own."""
    return make_app(index=index, documents=three, max_file_mb=1).test_client()


@pytest.fixture
def send(client: FlaskClient, tokens: Mapping[str, str]) -> Send:
    def send(method: str, address: str, token: str = "admin", **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {tokens[token]}", **options.pop("headers", {})}
        return client.open(address, method=method, headers=headers, **options)

    return send


def form(*files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    return {"data": {"file": [(BytesIO(content), name) for name, content in files], **fields}}


def asked(send: Send, question: str, below: str = "") -> set[str]:
    """Return the paths that a question finds."""
    reply = send("GET", f"{below}/ask", query_string={"q": question, "top_k": "50"}).get_json()
    return {passage["source"]["path"] for passage in reply["passages"]}


def test_what_was_added_can_be_asked_when_the_reply_comes(send: Send, three: Path) -> None:
    before = send("GET", "/documents").get_json()["generation"]
    response = send("POST", "/documents", **form(("../Cömet.txt", b"Comet Zorvan passed.")))
    assert response.status_code == 201, response.text
    reply = response.get_json()
    assert reply["state"] == "live"
    assert reply["generation"] != before
    [change] = reply["changes"]
    assert (change["path"], change["change"]) == ("Cömet.txt", "added")
    assert change["id"] == document_id("Cömet.txt")
    assert (change["file"]["status"], change["file"]["passages"]) == ("indexed", 1)
    assert (three / "Cömet.txt").read_bytes() == b"Comet Zorvan passed."
    assert "Cömet.txt" in asked(send, "comet Zorvan")
    assert send("GET", f"/documents/{change['id']}").get_json()["text"] == "Comet Zorvan passed."


def test_several_go_into_a_folder_at_once(send: Send) -> None:
    files = form(("a.txt", b"Amber."), ("b.md", b"Bronze."), folder="new/stones")
    reply = send("POST", "/documents", **files).get_json()
    assert [one["path"] for one in reply["changes"]] == ["new/stones/a.txt", "new/stones/b.md"]
    assert {"new/stones/a.txt", "new/stones/b.md"} <= asked(send, "amber bronze")


def test_a_file_is_replaced_only_where_that_is_asked(send: Send, three: Path) -> None:
    volcano = form(("volcano.md", b"Calm now."))
    problem = problem_of(send("POST", "/documents", **volcano), 409)
    assert "overwrite=true" in problem["detail"]
    assert (three / "volcano.md").read_text() == THREE["volcano.md"]
    volcano = form(("volcano.md", b"Calm now."), overwrite="true")
    response = send("POST", "/documents", **volcano)
    assert response.get_json()["changes"][0]["change"] == "replaced"
    assert (three / "volcano.md").read_text() == "Calm now."


def test_of_several_that_cannot_all_be_written_those_that_are_are_told_and_indexed(
    send: Send, three: Path
) -> None:
    (three / "b.md").mkdir()
    files = form(("a.txt", b"Amber."), ("b.md", b"Bronze."), ("c.md", b"Chalk."), overwrite="true")
    detail = problem_of(send("POST", "/documents", **files), 409)["detail"]
    assert detail.startswith("b.md: a file or folder of this name exists already")
    assert "a.txt" in detail
    assert "c.md" not in detail
    assert "a.txt" in asked(send, "amber")


def test_put_writes_the_body_at_a_path(send: Send, three: Path) -> None:
    response = send("PUT", "/documents/new/a%20b.md", data=b"Zorvan.")
    assert (response.status_code, response.get_json()["changes"][0]["change"]) == (201, "added")
    response = send("PUT", "/documents/new/a%20b.md", data=b"Zorvan again.")
    assert (response.status_code, response.get_json()["changes"][0]["change"]) == (200, "replaced")
    assert (three / "new/a b.md").read_bytes() == b"Zorvan again."
    assert "new/a b.md" in asked(send, "Zorvan again")
    assert send("GET", "/documents/new/a%20b.md").get_json()["text"] == "Zorvan again."
    assert send("DELETE", "/documents/new/a%20b.md").status_code == 200
    assert not (three / "new/a b.md").exists()


def test_what_was_deleted_is_found_no_more(send: Send, three: Path) -> None:
    assert "volcano.md" in asked(send, "lava")
    identity = document_id("volcano.md")
    response = send("DELETE", f"/documents/{identity}")
    assert (response.status_code, response.get_json()["state"]) == (200, "live")
    assert response.get_json()["changes"][0]["change"] == "deleted"
    assert not (three / "volcano.md").exists()
    assert "volcano.md" not in asked(send, "lava flowed for seven weeks")
    problem_of(send("GET", f"/documents/{identity}"), 404)
    problem_of(send("GET", f"/documents/{identity}/file"), 404)
    problem_of(send("DELETE", f"/documents/{identity}"), 404)


def test_of_files_that_hold_the_same_the_one_that_is_named_goes(send: Send, three: Path) -> None:
    send("POST", "/documents", **form(("zz.md", THREE["volcano.md"].encode())))
    assert send("DELETE", f"/documents/{document_id('zz.md')}").status_code == 200
    assert (three / "volcano.md").exists()
    assert not (three / "zz.md").exists()
    assert "volcano.md" in asked(send, "lava")


def test_the_last_document_stays(send: Send, three: Path) -> None:
    for path in list(THREE)[1:]:
        assert send("DELETE", f"/documents/{document_id(path)}").status_code == 200
    problem = problem_of(send("DELETE", f"/documents/{document_id('harbour.md')}"), 409)
    assert "the last document" in problem["detail"]
    assert (three / "harbour.md").exists()


@pytest.mark.parametrize(
    "path",
    ["..%2Fa.md", ".hidden.md", "a.exe", "b%2F..%2F..%2Fa.md", ".git/a.md", "a%07.md", "a%00.md"],
)
def test_a_path_that_is_not_safe_is_refused(send: Send, three: Path, path: str) -> None:
    before = sorted(three.parent.rglob("*.md"))
    response = send("PUT", f"/documents/{path}", data=b"x")
    problem_of(response, 422, "path")
    assert sorted(three.parent.rglob("*.md")) == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (form(), "file"),
        (form(("a.exe", b"x")), "file"),
        (form(("", b"x")), "file"),
        (form(("a.md", b"x"), ("a.md", b"y")), "file"),
        (form(("a.md", b"x"), folder="../x"), "folder"),
        (form(("a.md", b"x"), folder=".git"), "folder"),
        (form(("a.md", b"x"), overwrite="yes"), "overwrite"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(
    send: Send, three: Path, fields: dict[str, Any], field: str
) -> None:
    before = sorted(three.rglob("*"))
    response = send("POST", "/documents", content_type="multipart/form-data", **fields)
    problem_of(response, 422, field)
    assert sorted(three.rglob("*")) == before


def test_a_body_that_is_no_form_is_refused(send: Send) -> None:
    problem_of(send("POST", "/documents", json={"file": "x"}), 415, "Content-Type")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_too_large_is_refused_and_leaves_nothing(
    send: Send, three: Path, method: str
) -> None:
    before = sorted(three.rglob("*"))
    for size in ((1 << 20) + 1, 5 << 20):
        if method == "PUT":
            response = send("PUT", "/documents/a.md", data=b"x" * size)
        else:
            response = send("POST", "/documents", **form(("a.md", b"x" * size)))
            response.request.environ["wsgi.input"].close()  # the client's own
        problem_of(response, 413)
    assert sorted(three.rglob("*")) == before


def test_a_change_that_takes_longer_is_told_of_elsewhere(
    make_app: MakeApp, three: Path, index: Path, tokens: Mapping[str, str], hold: threading.Event
) -> None:
    client = make_app(index=index, documents=three, publish_seconds=0.1).test_client()
    headers = {"Authorization": f"Bearer {tokens['admin']}"}
    hold.clear()
    response = client.put("/documents/a.md", data=b"Zorvan.", headers=headers)
    assert (response.status_code, response.get_json()["state"]) == (202, "running")
    status = response.headers["Location"]
    assert response.get_json()["status_url"] == status
    hold.set()
    while (reply := client.get(status, headers=headers).get_json())["state"] == "running":
        pass
    assert reply["state"] == "live"
    assert reply["changes"][0]["file"]["status"] == "indexed"
    problem_of(client.get("/documents/changes/unknown", headers=headers), 404)


def test_a_run_that_fails_is_told(send: Send, index: Path) -> None:
    next((index / "generations").rglob("*.sqlite")).write_bytes(b"")
    problem = problem_of(send("PUT", "/documents/a.md", data=b"Zorvan."), 503)
    assert problem["detail"].startswith("a.md is added, but the index could not be updated: ")


@pytest.mark.parametrize("settings", [{}, {"no_auth": True}])
def test_without_an_admin_key_nothing_can_be_changed(
    make_app: MakeApp, three: Path, index: Path, settings: dict[str, Any]
) -> None:
    client = make_app(index=index, documents=three, **settings).test_client()
    before = sorted(three.rglob("*"))
    for response in (
        client.put("/documents/a.md", data=b"x"),
        client.post("/documents", **form(("a.md", b"x"))),
        client.delete(f"/documents/{document_id('volcano.md')}"),
        client.get("/documents/changes/x"),
    ):
        problem_of(response, 401)
    assert sorted(three.rglob("*")) == before


@pytest.mark.parametrize("token", ["ask", "widget"])
def test_other_keys_change_nothing(send: Send, three: Path, token: str) -> None:
    problem_of(send("PUT", "/documents/a.md", token, data=b"x"), 403)
    assert not (three / "a.md").exists()


def test_collections_are_kept_apart(
    make_app: MakeApp, three: Path, index: Path, tokens: Mapping[str, str], tmp_path: Path
) -> None:
    news = write_files(tmp_path / "news", {"comet.txt": "Comet Zorvan passed."})
    build(news, tmp_path / "news-index")
    app = make_app(
        index=index,
        documents=three,
        collections={"news": {"documents": news, "index": tmp_path / "news-index"}},
    )
    client = app.test_client()

    def send(method: str, address: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {tokens['admin']}"}
        return client.open(address, method=method, headers=headers, **options)

    listed = send("GET", "/collections").get_json()["collections"]
    assert {one["name"]: one["documents"] for one in listed} == {"default": 3, "news": 1}
    assert asked(send, "comet lava copper", "/collections/news") == {"comet.txt"}
    assert asked(send, "comet lava copper", "/collections/default") == set(THREE)
    assert asked(send, "comet lava copper") == set(THREE)
    assert asked(send, "comet", "/v1/collections/news") == {"comet.txt"}

    send("PUT", "/collections/news/documents/volcano.md", data=b"Lava in the news.")
    assert (news / "volcano.md").read_bytes() == b"Lava in the news."
    assert (three / "volcano.md").read_text() == THREE["volcano.md"]
    assert asked(send, "lava", "/collections/news") == {"comet.txt", "volcano.md"}
    identity = document_id("volcano.md")
    text = send("GET", f"/collections/news/documents/{identity}").get_json()["text"]
    assert text == "Lava in the news."
    assert send("GET", f"/documents/{identity}").get_json()["text"] == THREE["volcano.md"]
    assert send("DELETE", f"/collections/news/documents/{identity}").status_code == 200
    assert (three / "volcano.md").exists()
    assert "volcano.md" in asked(send, "lava")
    problem_of(send("GET", "/collections/nobody/ask?q=x"), 404)

    page = send("GET", "/collections/news/documents", content_type="text/html").text
    assert json.loads(page)["total"] == 1
    found = send("POST", "/collections/news/ask", json={"question": "x", "format": "search_result"})
    assert "/collections/news/documents/" in found.get_json()[0]["source"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_documents_at_a_url_are_changed_there(
    method: str, make_app: MakeApp, index: Path, tokens: Mapping[str, str]
) -> None:
    client = make_app(index=index, documents="s3://bucket/a").test_client()
    response = client.open(
        "/documents" if method == "POST" else "/documents/volcano.md",
        method=method,
        headers={"Authorization": f"Bearer {tokens['admin']}"},
    )
    detail = problem_of(response, 409)["detail"]
    assert detail.startswith("the documents are at s3://bucket/a; change them there")
