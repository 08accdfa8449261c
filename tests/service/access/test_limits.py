from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import Folder, build_index
from service.access.limits import Queue
from service.answers import Answerer
from service.indexing import Indexer
from service.problems import Problem
from service.schemas.runs import ReportReply, report_reply
from tests.fakes import recipe
from tests.service.conftest import SITE, MakeApp, problem_of

ELSEWHERE = "203.0.113.7"


def get(client: FlaskClient, token: str = "", address: str = ELSEWHERE) -> TestResponse:
    headers = {"Origin": SITE, **({"Authorization": f"Bearer {token}"} if token else {})}
    return client.get("/ask?q=lava", headers=headers, environ_overrides={"REMOTE_ADDR": address})


def statuses(
    client: FlaskClient, times: int, token: str = "", address: str = ELSEWHERE
) -> set[int]:
    return {get(client, token, address).status_code for _ in range(times)}


def test_who_asks_too_often_is_told_when_to_come_again(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="3/minute").test_client()
    assert statuses(client, 3) == {200}
    response = get(client)
    problem_of(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_each_key_is_counted_from_wherever_it_is_used(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(rate_limit="2/minute").test_client()
    assert statuses(client, 1, tokens["ask"], "203.0.113.1") == {200}
    assert statuses(client, 1, tokens["ask"], "203.0.113.2") == {200}
    assert statuses(client, 1, tokens["ask"], "203.0.113.3") == {429}
    assert statuses(client, 2, tokens["admin"], "203.0.113.3") == {200}


def test_a_widget_is_counted_by_the_address_of_each_visitor(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(rate_limit="2/minute").test_client()
    assert statuses(client, 3, tokens["widget"], "203.0.113.1") == {200, 429}
    assert statuses(client, 2, tokens["widget"], "203.0.113.2") == {200}


def test_addresses_of_one_network_of_version_6_are_one_caller(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="2/minute").test_client()
    assert statuses(client, 1, address="2001:db8::1") == {200}
    assert statuses(client, 1, address="2001:db8::2") == {200}
    assert statuses(client, 1, address="2001:db8::3") == {429}
    assert statuses(client, 1, address="2001:db8:0:1::3") == {200}


def test_a_list_counts_as_many_as_it_asks(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="5/minute").test_client()
    outside = {"REMOTE_ADDR": ELSEWHERE}
    asked = [{"question": "lava"}] * 3
    assert client.post("/ask", json=asked, environ_overrides=outside).status_code == 200
    assert client.post("/ask", json=asked, environ_overrides=outside).status_code == 429


def test_the_machine_itself_is_not_counted_without_a_key(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(no_auth=True, rate_limit="2/minute").test_client()
    assert statuses(client, 4, address="127.0.0.1") == {200}
    assert statuses(client, 3, tokens["ask"], "127.0.0.1") == {200, 429}


def test_no_limit_is_a_choice(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="").test_client()
    assert statuses(client, 4) == {200}


def test_whether_it_runs_may_be_asked_at_any_rate(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="1/minute").test_client()
    outside = {"REMOTE_ADDR": ELSEWHERE}
    assert statuses(client, 2) == {200, 429}
    for address in ("/healthz", "/readyz", "/static/style.css", "/openapi.json", "/docs"):
        for _ in range(3):
            with client.get(address, environ_overrides=outside) as response:
                assert response.status_code == 200


def test_an_address_behind_a_proxy_is_believed_only_if_the_setting_says_so(
    make_app: MakeApp,
) -> None:
    asked = [
        {"X-Forwarded-For": f"203.0.113.{number}", "X-Forwarded-Host": "localhost"}
        for number in range(3)
    ]
    for proxies, expected in ((0, {200, 429}), (1, {200})):
        client = make_app(no_auth=True, rate_limit="2/minute", proxies=proxies).test_client()
        found = {
            client.get(
                "/ask?q=x", headers=headers, environ_overrides={"REMOTE_ADDR": "198.51.100.1"}
            ).status_code
            for headers in asked
        }
        assert found == expected


class Slow:
    """Keeps every question from being answered until it is let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        real = Answerer.answer

        def answer(answerer: Answerer, query: object) -> object:
            assert self.go_on.wait(60)
            return real(answerer, query)  # type: ignore[arg-type]

        monkeypatch.setattr(Answerer, "answer", answer)


def test_who_comes_when_the_queue_is_full_is_told_to_come_again(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(threads=2, queue=1)
    slow, replies = Slow(monkeypatch), SimpleQueue[TestResponse]()
    threads = [
        threading.Thread(target=lambda: replies.put(app.test_client().get("/ask?q=lava")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for _ in range(5):  # two work and one waits
        refused = replies.get(timeout=60)
        problem_of(refused, 503)
        assert refused.headers["Retry-After"] == "1"
    assert replies.empty()
    assert app.test_client().get("/healthz").status_code == 200
    slow.go_on.set()
    assert [replies.get(timeout=60).status_code for _ in range(3)] == [200, 200, 200]
    for thread in threads:
        thread.join(60)
    assert app.test_client().get("/ask?q=lava").status_code == 200


def test_a_turn_is_given_back_whatever_happens(make_app: MakeApp) -> None:
    client = make_app(threads=1, queue=0).test_client()
    for _ in range(3):
        assert client.get("/ask?q=").status_code == 422
        assert client.post("/ask", data=b"x" * 70_000).status_code == 413
        assert client.get("/documents/none").status_code == 404
        assert client.get("/ask?q=lava").status_code == 200


def test_a_turn_that_does_not_come_in_time_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.access.limits._LONGEST_WAIT", 0.01)
    queue = Queue(1, 1)
    queue.enter()
    for _ in range(3):
        with pytest.raises(Problem, match="take too long") as caught:
            queue.enter()
        assert caught.value.status == 503
    queue.leave()
    queue.enter()


def test_who_is_slow_takes_the_thread_of_one_that_would_wait() -> None:
    queue = Queue(1, 64)
    assert queue.threads == 65
    for _ in range(64):
        queue.lend()
    assert queue.arrive()
    queue.enter()
    assert not queue.arrive()
    with pytest.raises(Problem, match="too many requests"):
        queue.lend()
    queue.take_back()
    assert queue.arrive()
    queue.leave()
    queue.lend()


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


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("address", ["/ask", "/sign-in", "/v1/chat/completions", "/mcp"])
def test_who_sends_a_body_slowly_holds_one_of_a_few_places_and_no_other(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr("service.TRANSFERS", 1)
    app = make_app(threads=1, queue=0)
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


@pytest.mark.usefixtures("one_at_a_time")
def test_who_uploads_slowly_holds_one_of_a_few_places_and_no_other(
    make_app: MakeApp,
    tokens: Mapping[str, str],
    index: Path,
    three: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run() -> ReportReply:
        return report_reply(build_index(Folder(three), index, recipe(), lambda done, total: None))

    monkeypatch.setattr("service.TRANSFERS", 1)
    monkeypatch.setattr("service.open_indexer", lambda *_: Indexer(run))
    app = make_app(index=index, documents=three)
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


@pytest.mark.usefixtures("one_at_a_time")
def test_who_fetches_a_file_slowly_holds_one_of_a_few_places(
    make_app: MakeApp, index: Path, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.TRANSFERS", 1)
    monkeypatch.setattr("service.sending._LARGEST", 0)  # so that the file is a large one
    client = make_app(index=index, documents=three).test_client()
    [one, *_] = json.loads(client.get("/documents").data)["documents"]
    address = f"/documents/{one['id']}/file"
    for _ in range(3):
        with client.get(address) as slow:
            assert slow.status_code == 200
            problem_of(client.get(address), 503)
            assert client.get("/ask?q=lava").status_code == 200
