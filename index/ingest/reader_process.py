"""Starts one reader process and exchanges messages with it over a pipe."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from index.errors import ReaderError
from index.ingest.limits import Limits
from index.ingest.worker import MEGABYTE, OUT_OF_MEMORY, READY, READY_WITH_NETWORK

_PROGRAM = ("-m", "index.ingest.worker")
_START_SECONDS = 60.0
_SPARE = 1 << 16  # bytes of an answer that its limit does not count
_LOGGER = logging.getLogger(__name__)
_WITH_NETWORK = (
    "documents are read by a process with a network: this system offers it neither unshare nor "
    "seccomp; index only documents that you trust here"
)
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE")  # of the environment: no secret among them


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
    """One process and the pipe to it.

    Raises:
        ReaderError: it does not start.
    """

    def __init__(self, task: bytes) -> None:
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                [sys.executable, "-P", *_PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,  # ^C is for the parent, which then kills this
            )
        self._connection: Connection = ours
        try:
            answer = self._exchange(task, _START_SECONDS, _SPARE)
        except (EOFError, OSError):
            answer = f"exit status {self._process.poll()}".encode()
        if answer == READY_WITH_NETWORK:
            _LOGGER.warning(_WITH_NETWORK)
        elif answer != READY:
            self.kill()
            raise ReaderError(
                "documents cannot be read: the process that reads them does not start "
                f"({answer.decode(errors='replace')}); check that memory and processes are free"
            )

    def ask(self, message: bytes, limits: Limits) -> bytes:
        """Return the answer to a message.

        Raises:
            Ended: the process passed a limit or crashed.
        """
        began = time.monotonic()
        try:
            return self._exchange(message, limits.seconds, limits.output_mb * MEGABYTE + _SPARE)
        except (EOFError, OSError):
            is_late = time.monotonic() - began >= limits.seconds
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it is alive, so its answer was too large
            raise Ended(limits.too_much_text) from None
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
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
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


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
    # one thread: unshare refuses a process with several
    return kept | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
