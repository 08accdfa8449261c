"""Batches requests that arrive at the same time from several threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Made = TypeVar("Made")
Found = TypeVar("Found")


class Batches(Generic[Asked, Made, Found]):
    """Processes the requests of many threads in batches, in two steps.

    `prepare` takes the requests of a batch; `work` takes the result of `prepare` and returns one
    result a request. While `work` runs on one batch, `prepare` runs on the next one, on another
    core where it releases the GIL, as encoders do.

    The first thread runs the batch, so a lone request never waits. Requests that arrive meanwhile,
    up to `most`, form the next batch, which the first of their threads runs. If every thread ran
    its own request, the threads would contend for the GIL. For the same reason all threads of a
    batch get their results at the end of the batch.
    """

    def __init__(
        self,
        prepare: Callable[[Sequence[Asked]], Made],
        work: Callable[[Made], Sequence[Found]],
        most: int,
    ) -> None:
        self._prepare = prepare
        self._work = work
        self._most = most
        self._lock = threading.Lock()
        self._working = threading.Lock()
        self._busy = False
        self._waiting: deque[_Waiting[Asked, Found]] = deque()

    def ask(self, asked: Sequence[Asked]) -> list[Found]:
        """Return the result of each request, in order.

        If a batch fails, each of its requests is tried again alone, in its own thread. An error
        of such a request is raised here.
        """
        mine = [_Waiting[Asked, Found](one) for one in asked]
        with self._lock:
            self._waiting += mine
            if mine and not self._busy:
                self._busy = True
                self._waiting.popleft().turn.set()
        for one in mine:  # a request whose turn comes must run its batch, for others wait for it
            one.turn.wait()
            if not one.found.done():
                self._lead(one)
        return [self._take(one) for one in mine]

    def _take(self, one: _Waiting[Asked, Found]) -> Found:
        if one.found.cancelled():
            return self._work(self._prepare([one.asked]))[0]
        return one.found.result()

    def _lead(self, first: _Waiting[Asked, Found]) -> None:
        """Run a batch of `first` and of requests that wait."""
        with self._lock:
            # The encoder splits a batch into powers of two. A batch of 7 would run as 4, 2 and 1;
            # it is faster to run 4, and the other 3 together with newer requests.
            size = 1 << min(len(self._waiting) + 1, self._most).bit_length() - 1
            others = [self._waiting.popleft() for _ in range(size - 1)]
        together = [first, *others]
        try:
            found = self._work_out([one.asked for one in together])
        except BaseException as error:
            for one in together:
                if len(together) == 1:
                    one.found.set_exception(error)
                else:
                    one.found.cancel()
        else:
            for one, its in zip(together, found, strict=True):
                one.found.set_result(its)
        for one in others:
            one.turn.set()

    def _work_out(self, asked: Sequence[Asked]) -> Sequence[Found]:
        """Run both steps; the next batch starts with the second step, so that it is large."""
        try:
            made = self._prepare(asked)
        except BaseException:
            self._hand_over()
            raise
        with self._working:
            self._hand_over()
            return self._work(made)

    def _hand_over(self) -> None:
        """Let the first request that waits run the next batch."""
        with self._lock:
            self._busy = bool(self._waiting)
            if self._busy:
                self._waiting.popleft().turn.set()


class _Waiting(Generic[Asked, Found]):
    """A request; at its `turn` it has its result in `found`, or else it runs the next batch."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.found: Future[Found] = Future()
        self.turn = threading.Event()
