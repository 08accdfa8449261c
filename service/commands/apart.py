"""Work in a process of its own, for the commands."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from types import FrameType
from typing import NoReturn, TypeVar, cast

from service.commands.running import run

T = TypeVar("T")

# On other systems than Linux, system libraries may not be used after a fork.
CONTEXT = (
    multiprocessing.get_context("fork")
    if sys.platform == "linux"
    else multiprocessing.get_context("spawn")
)

_LOOK = 0.5  # seconds between two checks that the parent runs
_GRACE = 30.0  # seconds that a process has to end once its parent has


def end_with(parent: int) -> None:
    """Stop this process once its parent has ended: by SIGTERM, then by SIGKILL."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="pincite-parent", daemon=True).start()


class Apart:
    """Work in another process, done as `run` does it, that sends what it finds.

    An order to stop is passed on to it while this process waits for it, and it ends if this
    process does.
    """

    def __init__(self, work: Callable[[Connection], object]) -> None:
        self.receiving, sending = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=_run, args=(work, sending, os.getpid()))
        self._process.start()
        sending.close()

    def receive(self) -> object:
        """Return what it sends next, None if it has ended; end this process if it failed."""
        with self._passing_on():
            try:
                found: object = self.receiving.recv()
            except EOFError:  # it failed, and said why
                found = None
        if found is None:
            self.join()
        return found

    def join(self) -> None:
        """Wait until it has ended; end this process if it failed."""
        with self._passing_on():
            self._process.join()
        if self._process.exitcode:
            sys.exit(self._process.exitcode)

    def stop(self) -> None:
        """Order it to stop, and wait until it has."""
        self._process.terminate()
        self._process.join()

    @contextmanager
    def _passing_on(self) -> Iterator[None]:
        assert self._process.pid is not None
        pass_on = partial(_pass_on, self._process.pid)
        orders = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, pass_on) for number in orders}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run_apart(work: Callable[[], T]) -> T:
    """Do the work in another process, and return its result; see Apart.

    This process ends if the work fails. The memory that the work takes is free when it is done.
    """
    apart = Apart(partial(_send_result, work))
    result = apart.receive()
    apart.join()
    return cast("T", result)


def _send_result(work: Callable[[], object], sending: Connection) -> None:
    sending.send(work())


def _pass_on(process: int, number: int, _: FrameType | None) -> None:
    os.kill(process, number)


def _run(work: Callable[[Connection], object], sending: Connection, parent: int) -> NoReturn:
    os.setpgid(0, 0)  # or ^C would reach it twice
    end_with(parent)

    def send() -> None:
        work(sending)

    run(send)
