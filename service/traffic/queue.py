"""How many requests work, how many wait, and who is told to come again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, g, request

from service.http.problems import Problem
from service.http.table import current_operation
from service.traffic.turnstile import outside

_LONGEST_WAIT = 10.0  # seconds in the queue
TRANSFERS = 32  # bodies that come in at once, and files that go out


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


def register_queue(app: Flask, queue: Queue, waited: Callable[[float], None]) -> None:
    """Let each request to `app` that is limited wait in `queue`; `waited` gets the seconds."""

    @app.before_request
    def enter() -> None:
        operation = current_operation()
        if operation is not None and operation.limited and request.method != "OPTIONS":
            began = time.perf_counter()
            queue.enter()
            waited(time.perf_counter() - began)
            g.queued = True

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("queued", False):
            queue.leave()
