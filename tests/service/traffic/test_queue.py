from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest
from werkzeug.test import TestResponse

from service.answers.answerer import Answerer
from service.http.problems import Problem
from service.traffic.queue import Queue
from tests.service.conftest import MakeApp, problem_of


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
    monkeypatch.setattr("service.traffic.queue._LONGEST_WAIT", 0.01)
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
