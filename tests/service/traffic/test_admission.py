from __future__ import annotations

import threading
from collections.abc import Sequence
from queue import SimpleQueue

import pytest
from werkzeug.test import TestResponse

from index import Generation, Query, Retriever, Vectors
from service.http.problems import Problem
from service.traffic.admission import RESERVED, Admission
from tests.fakes import FakeEmbedder
from tests.service.conftest import MakeApp, problem_of


class Slow(Retriever):
    """Keeps questions about lava from being answered until it is let go on."""

    def __init__(self) -> None:
        super().__init__(FakeEmbedder())
        self.go_on = threading.Event()

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        if queries[0].text == "lava":
            assert self.go_on.wait(60)
        return super().embed(queries, generation)


def test_who_comes_when_the_queue_is_full_is_told_to_come_again(make_app: MakeApp) -> None:
    slow, replies = Slow(), SimpleQueue[TestResponse]()
    app = make_app(threads=2, queue=1, collaborators={"retriever_of": lambda *_: slow})
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


def test_a_turn_that_does_not_come_in_time_is_not_waited_for() -> None:
    admission = Admission(1, 1, longest_wait=0.01)
    admission.enter()
    for _ in range(3):
        with pytest.raises(Problem, match="take too long") as caught:
            admission.enter()
        assert caught.value.status == 503
    admission.leave()
    admission.enter()


def test_who_is_slow_takes_the_thread_of_one_that_would_wait() -> None:
    admission = Admission(1, 64, transfers=64)
    assert admission.threads == 65
    for _ in range(64):
        admission.lend("body")
    assert admission.arrive()
    admission.enter()
    assert not admission.arrive()
    with pytest.raises(Problem, match="too many requests"):
        admission.lend("file")
    admission.take_back("body")
    assert admission.arrive()
    admission.leave()
    admission.lend("body")


def test_the_last_threads_are_for_callers_whose_key_is_known() -> None:
    admission = Admission(32, 64)
    asked = []

    def is_known(known: bool) -> bool:
        asked.append(known)
        return known

    for _ in range(admission.threads - RESERVED):
        assert admission.arrive(lambda: is_known(False))
    assert asked == []  # no key is looked for while there is room
    assert not admission.arrive(lambda: is_known(False))
    for _ in range(RESERVED):
        assert admission.arrive(lambda: is_known(True))
    assert not admission.arrive(lambda: is_known(True))
    admission.depart()
    assert not admission.arrive(lambda: is_known(False))
    assert admission.arrive(lambda: is_known(True))
    assert admission.load().refused == 3


def test_bodies_of_callers_without_a_key_take_no_place_of_those_with_one() -> None:
    admission = Admission(1, 64, transfers=2)
    admission.lend("stranger's body")
    admission.lend("stranger's body")
    with pytest.raises(Problem, match="slowly"):
        admission.lend("stranger's body")
    admission.lend("body")
    admission.take_back("stranger's body")
    admission.lend("stranger's body")


def test_a_network_of_strangers_gets_a_part_of_their_places_only() -> None:
    admission = Admission(1, 64, transfers=8)
    for _ in range(3):
        for network in ("203.0.113.7", "198.51.100.1"):
            admission.lend("stranger's body", network)
            admission.lend("stranger's body", network)
            with pytest.raises(Problem, match="your network") as caught:
                admission.lend("stranger's body", network)
            assert caught.value.status == 503
        admission.lend("stranger's body")  # of this machine
        admission.take_back("stranger's body")
        for _ in range(2):
            admission.take_back("stranger's body", "203.0.113.7")
            admission.take_back("stranger's body", "198.51.100.1")
