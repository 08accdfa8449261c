"""The number of requests that run Python at once, without those that wait for something else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.answers.batching import Batches
from service.traffic.admission import Admission, leave_inside, outside
from service.traffic.load_shedding import ALWAYS, LoadShedder
from tests.service.conftest import MakeApp, one_at_a_time
from tests.waiting import becomes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 30.0


class Held:
    """An application of which each request is held until it is let go on, inside or outside."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.came: list[str] = []

    def __call__(self, environ: WSGIEnvironment, _: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.came.append(path)
        if path == "/outside":
            with outside():
                assert self.go_on.wait(PATIENCE)
        elif path == "/left":
            leave_inside()
            assert self.go_on.wait(PATIENCE)
        elif path == "/inside":
            assert self.go_on.wait(PATIENCE)
        elif path == "/error":
            raise ValueError("cannot be answered")
        return [path.encode()]


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as threads:
        yield threads


def shedder(held: Held, inside: int, patience: float = 120) -> LoadShedder:
    """Return the load shedder of an application, which no request passes while it is full."""
    return LoadShedder(held, Admission(32, 64, inside=inside, patience=patience))


def ask(shedder: LoadShedder, path: str) -> Iterable[bytes]:
    return shedder({"PATH_INFO": path}, lambda *_: lambda _: None)


def test_no_more_are_inside_than_there_are_places(held: Held, pool: ThreadPoolExecutor) -> None:
    entry = shedder(held, 3)
    asked = [pool.submit(ask, entry, "/inside") for _ in range(20)]
    assert becomes(lambda: len(held.came) == 3)
    for path in sorted(ALWAYS):
        assert ask(entry, path) == [path.encode()]
    assert held.came.count("/inside") == 3
    held.go_on.set()
    assert [one.result(PATIENCE) for one in asked] == [[b"/inside"]] * 20


@pytest.mark.parametrize("path", ["/outside", "/left"])
def test_who_waits_for_something_else_lets_others_in(
    held: Held, pool: ThreadPoolExecutor, path: str
) -> None:
    entry = shedder(held, 1)
    asked = [pool.submit(ask, entry, path) for _ in range(20)]
    assert becomes(lambda: len(held.came) == 20)
    assert pool.submit(ask, entry, "/short").result(PATIENCE) == [b"/short"]
    held.go_on.set()
    assert [one.result(PATIENCE) for one in asked] == [[path.encode()]] * 20
    assert pool.submit(ask, entry, "/short").result(PATIENCE) == [b"/short"]


def test_who_comes_back_waits_for_a_place(held: Held, pool: ThreadPoolExecutor) -> None:
    entry = shedder(held, 1)
    first = pool.submit(ask, entry, "/outside")
    assert becomes(lambda: held.came == ["/outside"])
    with entry._admission._inside:
        held.go_on.set()
        with pytest.raises(TimeoutError):
            first.result(0.1)
    assert first.result(PATIENCE) == [b"/outside"]


def test_a_place_is_given_back_whatever_happens(held: Held) -> None:
    entry = shedder(held, 1)
    for _ in range(3):
        with pytest.raises(ValueError, match="cannot be answered"):
            ask(entry, "/error")
        assert ask(entry, "/short") == [b"/short"]


def test_one_that_stays_inside_stops_nobody(held: Held, pool: ThreadPoolExecutor) -> None:
    entry = shedder(held, 1, patience=0.01)
    asked = pool.submit(ask, entry, "/inside")
    assert becomes(lambda: held.came == ["/inside"])
    for _ in range(3):
        assert ask(entry, "/short") == [b"/short"]
    held.go_on.set()
    assert asked.result(PATIENCE) == [b"/inside"]
    assert entry._admission._inside.acquire(blocking=False)
    assert not entry._admission._inside.acquire(blocking=False), "who had no place gives none back"


class Busy:
    """Counts the requests that are inside an application's views at once."""

    def __init__(self, app: Flask) -> None:
        self.most = self._inside = 0
        self._lock = threading.Lock()
        self._long = threading.Event()
        app.before_request(self._enter)
        app.teardown_request(self._leave)

    def _enter(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self._long.wait(0.02)

    def _leave(self, _: BaseException | None) -> None:
        with self._lock:
            self._inside -= 1


def test_a_few_of_many_questions_that_are_refused_are_looked_at_at_once(
    make_app: MakeApp, pool: ThreadPoolExecutor
) -> None:
    app = make_app(collaborators={"admission": Admission(32, 64, patience=120)})
    busy = Busy(app)
    address = "/ask?q=" + "lava%20" * 2000
    asked = [pool.submit(app.test_client().get, address) for _ in range(40)]
    assert {one.result(PATIENCE).status_code for one in asked} == {422}
    assert busy.most <= 8


class Encoder:
    """Holds those who ask until so many do, or until it is let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        self.asked = 0
        real = Batches.ask

        def ask(batches: Batches[object, object, object], asked: Sequence[object]) -> list[object]:
            self.asked += 1
            assert self.go_on.wait(PATIENCE)
            return real(batches, asked)

        monkeypatch.setattr(Batches, "ask", ask)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Encoder:
    return Encoder(monkeypatch)


def submit(
    pool: ThreadPoolExecutor, app: Flask, send: Callable[[FlaskClient], object]
) -> Future[object]:
    return pool.submit(lambda: getattr(send(app.test_client()), "status_code", None))


def _call_tool(client: FlaskClient) -> object:
    call = {"name": "search", "arguments": {"query": "lava"}}
    return client.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
        headers={"Accept": "application/json, text/event-stream"},
    )


def test_those_who_wait_for_the_encoder_come_together_in_a_batch(
    make_app: MakeApp, pool: ThreadPoolExecutor, encoder: Encoder
) -> None:
    app = make_app(collaborators={"admission": one_at_a_time()})
    asked = [
        submit(pool, app, lambda client, n=n: client.get(f"/ask?q=lava {n}"))  # type: ignore[misc]
        for n in range(9)
    ]
    asked.append(submit(pool, app, _call_tool))
    assert becomes(lambda: encoder.asked == 10)
    assert app.test_client().get("/ask?q=").status_code == 422
    encoder.go_on.set()
    assert [one.result(PATIENCE) for one in asked] == [200] * 10


def test_those_who_wait_in_the_queue_keep_nobody_out(
    make_app: MakeApp, pool: ThreadPoolExecutor, encoder: Encoder
) -> None:
    app = make_app(collaborators={"admission": one_at_a_time(1, 2)})
    asked = [submit(pool, app, lambda client: client.get("/ask?q=lava")) for _ in range(2)]
    assert becomes(lambda: encoder.asked == 1)
    assert app.test_client().get("/static/style.css").status_code == 200
    encoder.go_on.set()
    assert [one.result(PATIENCE) for one in asked] == [200, 200]
