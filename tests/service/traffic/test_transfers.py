from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from werkzeug.test import TestResponse

from index import Folder, build_index, document_id
from service.access.key_file import create_key
from service.indexing.indexer import Indexer
from service.schemas.runs import ReportReply, report_reply
from service.traffic.admission import Admission
from tests.fakes import build, recipe, write_files
from tests.service.conftest import MakeApp, one_at_a_time, problem_of
from tests.waiting import becomes


class SlowBody(io.RawIOBase):
    """A body of which nothing comes until it is let go on."""

    def __init__(self, content: bytes) -> None:
        self.go_on, self.waits = threading.Event(), threading.Event()
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.waits.set()
        assert self.go_on.wait(60)
        return self._content.readinto(buffer)


@pytest.mark.parametrize("address", ["/ask", "/sign-in", "/v1/chat/completions", "/mcp"])
def test_who_sends_a_body_slowly_holds_one_of_a_few_places_and_no_other(
    make_app: MakeApp, address: str
) -> None:
    app = make_app(collaborators={"admission": one_at_a_time(1, 0, transfers=1)})
    body, replies = SlowBody(b'{"question": "lava"}'), SimpleQueue[TestResponse]()

    def send() -> None:
        sending = {"wsgi.input": body, "CONTENT_LENGTH": "20"}
        replies.put(
            app.test_client().post(
                address, content_type="application/json", environ_overrides=sending
            )
        )

    thread = threading.Thread(target=send)
    thread.start()
    assert body.waits.wait(60)
    client = app.test_client()
    refused = client.post("/ask", json={"question": "lava"})
    problem_of(refused, 503)
    assert refused.headers["Retry-After"] == "1"
    for other in ("/healthz", "/ask?q=lava", "/"):
        assert client.get(other).status_code == 200
    body.go_on.set()
    thread.join(60)
    assert replies.get(timeout=60).status_code < 500
    assert client.post("/ask", json={"question": "lava"}).status_code == 200


@pytest.mark.parametrize(
    ("with_keys", "passed_on", "status"),
    [(False, {}, 401), (True, {}, 503), (False, {"X-Forwarded-For": "203.0.113.9"}, 503)],
)
def test_callers_of_this_machine_share_the_places_of_one_network_once_they_may_be_strangers(
    make_app: MakeApp, tmp_path: Path, with_keys: bool, passed_on: dict[str, str], status: int
) -> None:
    if with_keys:
        create_key(tmp_path / "keys.json", "ask", "", [])
    app = make_app(no_auth=not with_keys, collaborators={"admission": one_at_a_time(transfers=4)})
    body, form = SlowBody(b"key=wrong"), "application/x-www-form-urlencoded"

    def send() -> None:
        app.test_client().post(
            "/sign-in",
            content_type=form,
            headers=passed_on,
            environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": "9"},
        )

    thread = threading.Thread(target=send)
    thread.start()
    assert body.waits.wait(60)
    client, wrong = app.test_client(), {"key": "wrong"}
    assert client.post("/sign-in", data=wrong, headers=passed_on).status_code == status
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.post("/sign-in", data=wrong, environ_overrides=elsewhere).status_code == 401
    body.go_on.set()
    thread.join(60)


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (64 * 1024, 413), (10_000_000, 413)])
def test_a_body_in_chunks_is_refused_where_it_is_too_large_and_never_cut_off(
    make_app: MakeApp, size: int, status: int
) -> None:
    question = b'{"question": "lava"}'
    sent = {
        "wsgi.input": io.BytesIO(question.ljust(size)),
        "wsgi.input_terminated": True,
        "CONTENT_TYPE": "application/json",
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    client = make_app(no_auth=True).test_client()
    assert client.post("/ask", environ_overrides=sent).status_code == status


def test_who_uploads_slowly_holds_one_of_a_few_places_and_no_other(
    make_app: MakeApp,
    tokens: Mapping[str, str],
    index: Path,
    three: Path,
) -> None:
    def run() -> ReportReply:
        return report_reply(build_index(Folder(three), index, recipe(), lambda done, total: None))

    collaborators = {
        "admission": one_at_a_time(transfers=1),
        "open_indexer": lambda *_: Indexer(run),
    }
    app = make_app(collaborators=collaborators, index=index, documents=three)
    admin = {"Authorization": f"Bearer {tokens['admin']}"}
    body, replies = SlowBody(b"Lava flows again."), SimpleQueue[TestResponse]()

    def send() -> None:
        sending = {"wsgi.input": body, "CONTENT_LENGTH": "17"}
        client = app.test_client()
        replies.put(client.put("/documents/new.txt", headers=admin, environ_overrides=sending))

    thread = threading.Thread(target=send)
    thread.start()
    assert body.waits.wait(60)
    client = app.test_client()
    problem_of(client.put("/documents/other.txt", headers=admin, data=b"Ash."), 503)
    assert client.post("/ask", json={"question": "lava"}, headers=admin).status_code == 200
    body.go_on.set()
    thread.join(60)
    assert replies.get(timeout=60).status_code < 300
    assert client.put("/documents/other.txt", headers=admin, data=b"Ash.").status_code < 300


def test_who_fetches_a_file_slowly_holds_one_of_a_few_places(
    make_app: MakeApp, index: Path, three: Path
) -> None:
    build(write_files(three, {"large.txt": "Lava flowed.\n\n" * 5000}), index)
    collaborators = {"admission": one_at_a_time(transfers=1)}
    client = make_app(collaborators=collaborators, index=index, documents=three).test_client()
    address = f"/documents/{document_id('large.txt')}/file"
    for _ in range(3):
        with client.get(address) as slow:
            assert slow.status_code == 200
            problem_of(client.get(address), 503)
            assert client.get("/ask?q=lava").status_code == 200


def test_a_body_that_does_not_come_in_time_is_refused_and_counts_until_its_connection_ends(
    make_app: MakeApp,
) -> None:
    admission = Admission(32, 64, transfers=1, inside=1, patience=120, body_seconds=0.1)
    client = make_app(collaborators={"admission": admission}).test_client()
    body = SlowBody(b'{"question": "lava"}')
    refused = client.post(
        "/ask",
        content_type="application/json",
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": "20"},
    )
    assert refused.status_code == 408
    assert refused.headers["Connection"] == "close"
    parts = refused.iter_encoded()
    assert json.loads(next(parts))["status"] == 408
    # the thread that reads it cannot be stopped, so no other body is read meanwhile
    problem_of(client.post("/ask", json={"question": "lava"}), 503)
    assert client.get("/ask?q=lava").status_code == 200
    body.go_on.set()
    assert list(parts) == []
    refused.close()
    assert becomes(lambda: client.post("/ask", json={"question": "lava"}).status_code == 200)


@pytest.mark.parametrize("address", ["/ask?q=lava", "/documents", "/", "/openapi.json"])
def test_a_body_that_a_route_does_not_take_is_refused_unread(
    make_app: MakeApp, address: str
) -> None:
    body = SlowBody(b"lava")
    sending = {"wsgi.input": body, "CONTENT_LENGTH": "4"}
    problem_of(make_app().test_client().get(address, environ_overrides=sending), 400)
    assert not body.waits.is_set()
