"""While the queue is full nothing is done for who comes but to say so."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client
from werkzeug.wrappers import Response

from service.http.responses import HEADERS
from service.traffic.queue import Queue
from service.traffic.shedding import Shedding
from tests.fakes import count_calls
from tests.service.conftest import MakeApp


class Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 100.0
        self.rests: list[float] = []

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.now += seconds


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Return the queue of the application that is made, for one request at once."""
    queue = Queue(1, 0)
    monkeypatch.setattr("service.app.Queue", lambda *_: queue)
    return queue


@pytest.fixture
def client(queue: Queue, make_app: MakeApp) -> FlaskClient:
    return make_app().test_client()


def test_who_comes_is_told_when_to_come_again(client: FlaskClient, queue: Queue) -> None:
    queue.enter()
    for address in ("/ask?q=lava", "/", "/nowhere", "/static/style.css"):
        response = client.get(address)
        assert response.status_code == 503
        assert response.mimetype == "application/problem+json"
        assert response.headers["Retry-After"] == "1"
        assert len(response.headers["X-Request-Id"]) == 16
        for name, value in HEADERS.items():
            assert response.headers[name] == value
    assert queue.load().refused == 4
    queue.leave()
    with client.get("/static/style.css") as style:
        assert style.status_code == 200
    assert client.get("/ask?q=lava").status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_how_it_does_can_be_asked_all_the_same(
    client: FlaskClient, queue: Queue, address: str
) -> None:
    queue.enter()
    assert client.get(address).status_code == 200
    assert queue.load().refused == 0


def test_no_more_are_taken_in_than_there_are_threads_wherever_they_wait(
    client: FlaskClient, queue: Queue
) -> None:
    for _ in range(queue.threads - 1):
        assert queue.arrive()
    for address in ("/ask?q=lava", "/nowhere", "/ask?q=lava"):  # each gives its thread back
        assert client.get(address).status_code != 503
    assert queue.arrive()
    assert client.get("/ask?q=lava").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_reply_that_goes_out_a_part_at_a_time_keeps_its_thread_to_the_end() -> None:
    queue = Queue(1, 0)
    for _ in range(queue.threads - 1):
        assert queue.arrive()
    answer = Shedding(Response(iter([b"lava ", b"flowed"])), queue)
    response = Client(answer).get("/file")
    assert not queue.arrive()
    assert response.data == b"lava flowed"
    response.close()
    assert queue.arrive()


def test_a_request_that_fails_gives_its_thread_back() -> None:
    def fail(*_: object) -> list[bytes]:
        raise MemoryError

    queue = Queue(1, 0)
    for _ in range(queue.threads + 1):
        with pytest.raises(MemoryError):
            Client(Shedding(fail, queue)).get("/")


def test_refusals_come_in_bursts_with_a_rest_before_each(
    client: FlaskClient, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("service.traffic.shedding.time", clock)
    queue.enter()
    for _ in range(8):
        assert client.get("/ask?q=lava").status_code == 503
        clock.now += 0.0004
    # 0.0000, 0.0004 and 0.0008 after a rest are of one burst, 0.0012 is not
    assert clock.rests == [0.003] * 3
    assert client.get("/healthz").status_code == 200
    assert len(clock.rests) == 3


def test_a_refusal_costs_a_small_part_of_what_an_answer_does(
    client: FlaskClient, queue: Queue
) -> None:
    client.get("/ask?q=lava")
    answered = count_calls(lambda: client.get("/ask?q=lava"))
    queue.enter()
    refused = count_calls(lambda: client.get("/ask?q=lava"))
    # what the client of the test does by itself stands on both sides
    assert refused < answered / 2
