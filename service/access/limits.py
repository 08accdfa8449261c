"""How often one caller may ask, and how many may wait: who comes too often or too late waits."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from werkzeug.wsgi import ClosingIterator

from service.access.gate import current_key, is_loopback
from service.monitoring.observer import Observer
from service.operations import operation_of
from service.problems import Problem
from service.turnstile import outside

_LONGEST_WAIT = 10.0  # seconds in the queue
TRANSFERS = 32  # bodies that come in at once, and files that go out


def register_rate(app: Flask, rate: str) -> None:
    """Refuse a caller more than `rate` questions and other requests, as "600/minute"; "" is any.

    A key is one caller; where it is a widget's or there is none, each address is one. Requests of
    the machine itself without a key are not counted, nor are those that the gate has refused.
    """
    limiter = Limiter(
        _caller,
        app=app,
        application_limits=[rate] if rate else [],
        application_limits_cost=_questions,
        strategy="sliding-window-counter",
        storage_uri="memory://",
    )

    @limiter.request_filter
    def is_free() -> bool:
        operation = operation_of(request)
        if operation is None or not operation.limited or request.method == "OPTIONS":
            return True
        return current_key() is None and is_loopback(request.remote_addr or "")

    @app.after_request
    def say_when(response: Response) -> Response:
        limit = limiter.current_limit
        if response.status_code == 429 and limit:
            seconds = max(1, math.ceil(limit.reset_at - time.time()))
            response.headers["Retry-After"] = str(seconds)
        return response


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests work and how many wait now, and how many were refused so far."""

    working: int
    waiting: int
    refused: int


class Queue:
    """Lets `at_once` requests work and `waiting` more wait for their turn.

    It has `threads` for both and for those that send or fetch slowly: who is slow takes the thread
    of one that would wait, for each that idles meanwhile makes every refusal dearer.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self.threads = at_once + max(waiting, 2 * TRANSFERS)
        self._turns = threading.Semaphore(at_once)
        self._most = at_once + waiting
        self._lock = threading.Lock()
        self._arrived = self._working = self._inside = self._lent = self._refused = 0

    def load(self) -> Load:
        """Return how much is going on."""
        with self._lock:
            return Load(self._working, self._inside - self._working, self._refused)

    def arrive(self) -> bool:
        """Take one of the threads, which `depart` gives back; without a place refuse, and count."""
        with self._lock:
            if self._is_full() or self._arrived >= self.threads:
                self._refused += 1
                return False
            self._arrived += 1
            return True

    def depart(self) -> None:
        """End what `arrive` began."""
        with self._lock:
            self._arrived -= 1

    def lend(self) -> None:
        """Give a thread to who may hold it for long, which `take_back` ends.

        Raises:
            Problem: 503, none is left.
        """
        with self._lock:
            if self._inside + self._lent >= self.threads:
                raise self._refusal()
            self._lent += 1

    def take_back(self) -> None:
        """End what `lend` began."""
        with self._lock:
            self._lent -= 1

    def enter(self) -> None:
        """Wait for a turn, which `leave` gives back.

        Raises:
            Problem: 503, too many wait already, or the turn did not come in time.
        """
        with self._lock:
            if self._is_full():
                raise self._refusal()
            self._inside += 1
        if not self._turns.acquire(blocking=False) and not self._wait():
            with self._lock:
                self._inside -= 1
                self._refused += 1
            raise Problem(503, "the requests before this one take too long; try again")
        with self._lock:
            self._working += 1

    def _wait(self) -> bool:
        with outside():
            return self._turns.acquire(timeout=_LONGEST_WAIT)

    def leave(self) -> None:
        """Give a turn back."""
        with self._lock:
            self._inside -= 1
            self._working -= 1
        self._turns.release()

    def _is_full(self) -> bool:
        return self._inside >= self._most or self._inside + self._lent >= self.threads

    def _refusal(self) -> Problem:
        self._refused += 1
        return Problem(503, "too many requests wait already; try again")


class Places:
    """A number of threads of a queue that are lent at once or not at all."""

    def __init__(self, number: int, queue: Queue) -> None:
        self._free = threading.Semaphore(number)
        self._queue = queue

    def take(self) -> None:
        """Take a place, which `free` gives back.

        Raises:
            Problem: 503, all are taken.
        """
        if not self._free.acquire(blocking=False):
            raise Problem(503, "too many clients send or fetch slowly; try again")
        try:
            self._queue.lend()
        except Problem:
            self._free.release()
            raise

    def free(self) -> None:
        """Give a place back."""
        self._queue.take_back()
        self._free.release()


def register_places(app: Flask, bodies: Places, uploads: Places, streams: Places) -> None:
    """Let no more bodies come in, and no more files go out, than there are places for.

    Each takes a thread of the server for as long as the client likes, and the server knows no
    deadline; without this a few hundred that send or fetch a byte a minute would stop all others.
    A route that reads its body by itself has it as one of `uploads`, for which only admin keys are
    good, until it has replied.
    """

    @app.before_request
    def read_body() -> None:
        operation = operation_of(request)
        if operation is None or _is_empty():
            return
        if operation.largest_body is None:
            uploads.take()
            g.uploads = True
            return
        bodies.take()
        try:
            with outside():
                request.get_data()
        finally:
            bodies.free()

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if g.pop("uploads", False):
            uploads.free()

    @app.after_request
    def hold(response: Response) -> Response:
        if response.is_streamed and response.status_code == 200:
            try:
                streams.take()
            except Problem as problem:
                response.close()
                return app.make_response(app.handle_user_exception(problem))
            # what is passed through as it is, as files are, knows nothing of call_on_close
            response.response = ClosingIterator(response.response, streams.free)  # type: ignore[arg-type]
        return response


def register_queue(app: Flask, queue: Queue, observer: Observer) -> None:
    """Let each request to `app` that is limited wait in `queue`."""

    @app.before_request
    def enter() -> None:
        operation = operation_of(request)
        if operation is not None and operation.limited and request.method != "OPTIONS":
            began = time.perf_counter()
            queue.enter()
            observer.took("wait", time.perf_counter() - began)
            g.queued = True

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("queued", False):
            queue.leave()


def _is_empty() -> bool:
    return request.content_length == 0 or (
        request.content_length is None and "Transfer-Encoding" not in request.headers
    )


def _caller() -> str:
    key = current_key()
    if key is not None and key.kind != "widget":
        return key.id
    return f"{key.id if key else ''} {_network(request.remote_addr or '')}"


def _network(address: str) -> str:
    """Return an address, of IPv6 the /64 that one customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address


def _questions() -> int:
    """Return how many questions a request asks: a list of them counts as that many."""
    if request.get_data().lstrip()[:1] != b"[":
        return 1
    asked = request.get_json(silent=True)
    return max(1, len(asked)) if isinstance(asked, list) else 1
