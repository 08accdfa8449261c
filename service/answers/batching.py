"""What threads ask for at the same time is worked out together, by one of them."""

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
    """Does work in two steps for many threads, and gives each of them what it asked for.

    `prepare` takes what some ask, and `work` takes what that made and returns what each of them
    gets. While one batch is worked out the next is prepared, on another core where `prepare` lets
    go of the interpreter's lock, as encoders do.

    Whoever finds nobody at work does it, so one that comes alone waits for nobody. Those who come
    meanwhile, up to `most`, are taken together by the first of them: threads that all worked would
    hand the interpreter's lock to and fro, and so would those that were told before the last is.
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
        """Return what is found for each, in order, or raise what is raised for one of them alone.

        Where it fails for several, each of them tries again by itself, none waiting for those of
        another thread.
        """
        mine = [_Waiting[Asked, Found](one) for one in asked]
        with self._lock:
            self._waiting += mine
            if mine and not self._busy:
                self._busy = True
                self._waiting.popleft().turn.set()
        for one in mine:  # each of whose turns comes is led, or others would wait for it
            one.turn.wait()
            if not one.found.done():
                self._lead(one)
        return [self._take(one) for one in mine]

    def _take(self, one: _Waiting[Asked, Found]) -> Found:
        if one.found.cancelled():
            return self._work(self._prepare([one.asked]))[0]
        return one.found.result()

    def _lead(self, first: _Waiting[Asked, Found]) -> None:
        """Work for one and for those that wait."""
        with self._lock:
            # a power of two, as the encoder's batches are: it takes longer over 4, 2 and 1 than
            # over 4, and then over 3 with those who came meanwhile
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
        """Do both steps; the next batch is taken as late as the second, so as to be large."""
        try:
            made = self._prepare(asked)
        except BaseException:
            self._hand_over()
            raise
        with self._working:
            self._hand_over()
            return self._work(made)

    def _hand_over(self) -> None:
        """Let the first of those that wait lead."""
        with self._lock:
            self._busy = bool(self._waiting)
            if self._busy:
                self._waiting.popleft().turn.set()


class _Waiting(Generic[Asked, Found]):
    """One that asks; when it is its `turn`, it has been `found` what it wants, or else it leads."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.found: Future[Found] = Future()
        self.turn = threading.Event()
