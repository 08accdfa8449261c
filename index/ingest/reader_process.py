"""Starts one reader process and exchanges messages with it over a pipe."""

from __future__ import annotations

import logging
import signal
import threading
import time
from functools import cache
from multiprocessing import Pipe

from index.errors import ReaderError
from index.ingest.forks import ForkServer
from index.ingest.limits import Limits
from index.ingest.worker import MEGABYTE, OUT_OF_MEMORY, READY, READY_WITH_NETWORK

_PROGRAM = ("-m", "index.ingest.worker")
_START_SECONDS = 60.0
_ENDING = 10.0  # seconds until the status of a process that ended is known
_SPARE = 1 << 16  # bytes of an answer that its limit does not count
_LOGGER = logging.getLogger(__name__)
_WITH_NETWORK = (
    "documents are read by a process with a network: this system offers it neither unshare nor "
    "seccomp; index only documents that you trust here"
)


class Ended(Exception):
    """A process was ended, or ended by itself; the message says why.

    It is `lasting` if another process would end in the same way.
    """

    def __init__(self, message: str, *, lasting: bool = True) -> None:
        super().__init__(message)
        self.lasting = lasting


class TookTooLong(Ended):
    """A process used all its time: a new process would take as long."""


class ReaderProcess:
    """One process and the pipe to it; `has_network` says that it could not be kept from a network.

    Raises:
        ReaderError: it does not start.
    """

    def __init__(self, task: bytes) -> None:
        self._connection, theirs = Pipe()
        try:
            with theirs:
                self._process = _forks_of(_PROGRAM).fork(theirs, _START_SECONDS)
        except OSError as error:
            self._connection.close()
            raise _not_started(str(error)) from error
        try:
            answer = self._exchange(task, _START_SECONDS, _SPARE)
        except (EOFError, OSError):
            answer = f"exit status {self._process.wait(1)}".encode()
        self.has_network = answer == READY_WITH_NETWORK
        if self.has_network:
            _LOGGER.warning(_WITH_NETWORK)
        elif answer != READY:
            self.kill()
            raise _not_started(answer.decode(errors="replace"))

    def ask(self, message: bytes, limits: Limits) -> bytes:
        """Return the answer to a message.

        Raises:
            Ended: the process passed a limit or crashed.
        """
        began = time.monotonic()
        try:
            return self._exchange(message, limits.seconds, limits.output_mb * MEGABYTE + _SPARE)
        except EOFError:
            seconds = _ENDING
        except OSError:  # it ended within an answer, or its answer is too large and it is alive
            seconds = 1.0
        is_late = time.monotonic() - began >= limits.seconds
        status = self._process.wait(seconds)
        if status is None:
            raise Ended(limits.too_much_text)
        if is_late or status == -signal.SIGXCPU:
            raise TookTooLong(f"took longer than {limits.seconds:g} s to read (read_seconds)")
        if status == OUT_OF_MEMORY:
            raise Ended(f"took more than {limits.memory_mb} MB of memory to read (read_memory_mb)")
        if status == -signal.SIGABRT:  # native code aborts when memory is refused
            raise Ended(
                f"its reader aborted, perhaps because {limits.memory_mb} MB of memory are too "
                "little (read_memory_mb)"
            )
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        # SIGKILL comes from outside, for instance because the machine has no memory left
        raise Ended(f"its reader crashed ({how})", lasting=status != -signal.SIGKILL)

    def kill(self) -> None:
        """Kill the process and its children."""
        self._process.kill()
        self._connection.close()

    def _exchange(self, message: bytes, seconds: float, most: int) -> bytes:
        # a timer, because a process may also stall in the middle of a message
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            self._connection.send_bytes(message)
            return self._connection.recv_bytes(most)
        finally:
            timer.cancel()


@cache
def _forks_of(program: tuple[str, ...]) -> ForkServer:
    return ForkServer(program)


def _not_started(reason: str) -> ReaderError:
    return ReaderError(
        f"documents cannot be read: the process that reads them does not start ({reason}); check "
        "that memory and processes are free"
    )
