"""While the admission is full nothing is done for who comes but to say so."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client
from werkzeug.wrappers import Response

from service.http.responses import HEADERS
from service.traffic.admission import Admission
from service.traffic.load_shedding import LoadShedder
from tests.fakes import count_calls
from tests.service.conftest import MakeApp


class Clock:
    """A clock that stands still but for rests, which it remembers."""

    def __init__(self) -> None:
        self.now = 100.0
        self.rests: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.now += seconds


@pytest.fixture
def admission() -> Admission:
    """Return the Admission of the application, for one request at a time."""
    return Admission(1, 0)


@pytest.fixture
def client(admission: Admission, make_app: MakeApp) -> FlaskClient:
    return make_app(collaborators={"admission": admission}).test_client()


def test_who_comes_is_told_when_to_come_again(client: FlaskClient, admission: Admission) -> None:
    admission.enter()
    for address in ("/ask?q=lava", "/", "/nowhere", "/static/style.css"):
        response = client.get(address)
        assert response.status_code == 503
        assert response.mimetype == "application/problem+json"
        assert response.headers["Retry-After"] == "1"
        assert len(response.headers["X-Request-Id"]) == 16
        for name, value in HEADERS.items():
            assert response.headers[name] == value
    assert admission.load().refused == 4
    admission.leave()
    with client.get("/static/style.css") as style:
        assert style.status_code == 200
    assert client.get("/ask?q=lava").status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_how_it_does_can_be_asked_all_the_same(
    client: FlaskClient, admission: Admission, address: str
) -> None:
    admission.enter()
    assert client.get(address).status_code == 200
    assert admission.load().refused == 0


def test_no_more_are_taken_in_than_there_are_threads_wherever_they_wait(
    client: FlaskClient, admission: Admission
) -> None:
    for _ in range(admission.threads - 1):
        assert admission.arrive()
    for address in ("/ask?q=lava", "/nowhere", "/ask?q=lava"):  # each gives its thread back
        assert client.get(address).status_code != 503
    assert admission.arrive()
    assert client.get("/ask?q=lava").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_reply_that_goes_out_a_part_at_a_time_keeps_its_thread_to_the_end() -> None:
    admission = Admission(1, 0)
    for _ in range(admission.threads - 1):
        assert admission.arrive()
    answer = LoadShedder(Response(iter([b"lava ", b"flowed"])), admission)
    response = Client(answer).get("/file")
    assert not admission.arrive()
    assert response.data == b"lava flowed"
    response.close()
    assert admission.arrive()


def test_a_request_that_fails_gives_its_thread_back() -> None:
    def fail(*_: object) -> list[bytes]:
        raise MemoryError

    admission = Admission(1, 0)
    for _ in range(admission.threads + 1):
        with pytest.raises(MemoryError):
            Client(LoadShedder(fail, admission)).get("/")


def test_refusals_come_in_bursts_with_a_rest_before_each(admission: Admission) -> None:
    clock = Clock()
    shedder = LoadShedder(Response(b"lava"), admission, clock=clock.read, sleep=clock.sleep)
    client = Client(shedder)
    admission.enter()
    for _ in range(8):
        assert client.get("/ask?q=lava").status_code == 503
        clock.now += 0.0004
    # 0.0000, 0.0004 and 0.0008 after a rest are of one burst, 0.0012 is not
    assert clock.rests == [0.003] * 3
    assert client.get("/healthz").status_code == 200
    assert len(clock.rests) == 3


def test_a_refusal_costs_a_small_part_of_what_an_answer_does(
    client: FlaskClient, admission: Admission
) -> None:
    client.get("/ask?q=lava")
    answered = count_calls(lambda: client.get("/ask?q=lava"))
    admission.enter()
    refused = count_calls(lambda: client.get("/ask?q=lava"))
    # what the client of the test does by itself stands on both sides
    assert refused < answered / 2
