"""Decides whether a request may work now: counts the queue, transfers and running Python."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from service.http.problems import Problem

TRANSFERS = 32  # of each kind at once
_SHARE = 4  # a network of strangers has one of so many parts of the places for their bodies
RESERVED = 32  # threads for callers with a key
# With 1 or 2 the GIL is idle while the next thread wakes up, and less is answered.
INSIDE = 8
_LONGEST_WAIT = 10.0  # seconds for a turn
# Seconds after which a request runs Python without a place, so that a route that waits inside slows
# others down but cannot stop them.
_PATIENCE = 0.5

# A body of a caller without a key or with a public one, a body of another caller, an upload, and a
# large file that goes out. Each is as slow as the client likes.
Transfer = Literal["stranger's body", "body", "upload", "file"]

# The context of a request is copied to the threads that work for it, as those of MCP.
_VISIT: ContextVar[_Visit | None] = ContextVar("visit", default=None)


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests work and how many wait now, and how many were refused so far."""

    working: int
    waiting: int
    refused: int


class Admission:
    """Counts threads, turns, transfers, and the requests that run Python.

    Of the requests that answer questions, `at_once` have a turn and `waiting` wait for one. The
    server has `threads` for them and for transfers, of which there are `transfers` of each kind: a
    transfer takes the thread of a request that would wait. `inside` requests run Python at a time;
    a thread that waits for something else, as for its turn or for the encoder, is `outside`. Dozens
    of threads that wanted the GIL would make each other wait, and /healthz for all of them.
    `longest_wait` and `patience` are seconds: for a turn, and until a request runs Python anyway.
    A body has `body_seconds`, and a second more for each 64 KiB of it.
    """

    def __init__(
        self,
        at_once: int,
        waiting: int,
        *,
        transfers: int = TRANSFERS,
        inside: int = INSIDE,
        longest_wait: float = _LONGEST_WAIT,
        patience: float = _PATIENCE,
        body_seconds: float = 10.0,
    ) -> None:
        self.threads = at_once + max(waiting, 2 * TRANSFERS)
        self._most = at_once + waiting
        self._turns = threading.Semaphore(at_once)
        self.transfers = transfers
        self._inside = threading.Semaphore(inside)
        self._longest_wait = longest_wait
        self._patience = patience
        self.body_seconds = body_seconds
        self._lock = threading.Lock()
        self._lent: Counter[Transfer] = Counter()
        self._networks: Counter[str] = Counter()  # those that transfers are lent to
        self._arrived = self._admitted = self._working = self._refused = 0

    def load(self) -> Load:
        """Return the numbers of requests at work, waiting and refused."""
        with self._lock:
            return Load(self._working, self._admitted - self._working, self._refused)

    def arrive(self, is_known: Callable[[], bool] = lambda: True) -> bool:
        """Take a thread, which `depart` gives back; return False, and count, if there is no room.

        The last threads are for callers whose key `is_known`, which is asked only then. A request
        that would only be refused later is refused here, which costs microseconds.
        """
        if self._take(self.threads - RESERVED) or (is_known() and self._take(self.threads)):
            return True
        with self._lock:
            self._refused += 1
        return False

    def depart(self) -> None:
        """Give a thread back."""
        with self._lock:
            self._arrived -= 1

    def lend(self, kind: Transfer, network: str | None = None) -> None:
        """Lend a thread to a transfer, which `take_back` ends.

        A `network` gets a part of them only, so that who takes new places as fast as the old ones
        end leaves others for the rest of the world.

        Raises:
            Problem: 503, there are too many of this kind or for this network, or no thread is left.
        """
        with self._lock:
            if network and self._networks[network] >= max(1, self.transfers // _SHARE):
                raise Problem(503, "too many clients of your network send slowly; try again")
            if self._lent[kind] >= self.transfers:
                raise Problem(503, "too many clients send or fetch slowly; try again")
            if self._admitted + self._lent.total() >= self.threads:
                raise self._refusal()
            self._lent[kind] += 1
            if network:
                self._networks[network] += 1

    def take_back(self, kind: Transfer, network: str | None = None) -> None:
        """End what `lend` began."""
        with self._lock:
            self._lent[kind] -= 1
            if network:
                self._networks[network] -= 1
                self._networks += Counter()  # forgets those that have none

    def enter(self) -> None:
        """Wait for a turn, which `leave` gives back.

        Raises:
            Problem: 503, too many wait already, or the turn did not come in time.
        """
        with self._lock:
            if self._is_full():
                raise self._refusal()
            self._admitted += 1
        if not self._turns.acquire(blocking=False) and not self._wait():
            with self._lock:
                self._admitted -= 1
                self._refused += 1
            raise Problem(503, "the requests before this one take too long; try again")
        with self._lock:
            self._working += 1

    def leave(self) -> None:
        """Give a turn back."""
        with self._lock:
            self._admitted -= 1
            self._working -= 1
        self._turns.release()

    @contextmanager
    def visit(self) -> Iterator[None]:
        """Wait until this thread may run Python, and let the next in afterwards."""
        visit = _Visit(self._inside, self._patience)
        visit.enter()
        token = _VISIT.set(visit)
        try:
            yield
        finally:
            _VISIT.reset(token)
            visit.leave()

    def _take(self, threads: int) -> bool:
        with self._lock:
            has_room = self._arrived < threads and not self._is_full()
            self._arrived += has_room
            return has_room

    def _wait(self) -> bool:
        with outside():
            return self._turns.acquire(timeout=self._longest_wait)

    def _is_full(self) -> bool:
        return self._admitted >= self._most or self._admitted + self._lent.total() >= self.threads

    def _refusal(self) -> Problem:
        self._refused += 1
        return Problem(503, "too many requests wait already; try again")


@contextmanager
def outside() -> Iterator[None]:
    """Let another request run Python while this one waits for something else."""
    visit = _VISIT.get()
    if visit is None or not visit.leave():
        yield
        return
    try:
        yield
    finally:
        visit.enter()


def leave_inside() -> None:
    """Let another request run Python from now on: this one will wait, and then be short."""
    if visit := _VISIT.get():
        visit.leave()


class _Visit:
    """The place of one request among those that run Python, which it may hold or not."""

    def __init__(self, free: threading.Semaphore, patience: float) -> None:
        self._free = free
        self._patience = patience
        self._holds = False

    def enter(self) -> None:
        self._holds = self._free.acquire(timeout=self._patience)

    def leave(self) -> bool:
        """Give the place back; return whether there was one."""
        held, self._holds = self._holds, False
        if held:
            self._free.release()
        return held
