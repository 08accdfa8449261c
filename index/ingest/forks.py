"""A process that has loaded what readers need, and forks a reader whenever it is asked.

To start an interpreter and load the readers takes half a second of processor time, a fork a
hundredth. The process reads no file itself, so each reader begins as clean as a new one.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE")  # of the environment: no secret among them
_NUMBER = 8  # bytes of the id of a process
_ENDING = 10.0  # seconds that a process which was killed may take to end


def serve_forks(descriptor: int, work: Callable[[int], object]) -> None:
    """Fork for each pipe that comes over a socket, and do `work` with the pipe in the child.

    It ends when the other side closes, and so when that process has ended.
    """
    with socket.socket(fileno=descriptor) as asking:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no keeper is waited for
        while True:
            message, received, _, _ = socket.recv_fds(asking, 1, 2)
            if not message:
                return
            keeper = os.fork()
            if not keeper:
                asking.close()
                _keep(work, *received)
            for one in received:
                os.close(one)
            asking.sendall(keeper.to_bytes(_NUMBER, "big"))


def _keep(work: Callable[[int], object], pipe: int, told: int) -> None:
    """Do the work in a child, and tell its exit status, which only its parent learns."""
    os.setsid()  # ^C is for the process that asked, which then kills this group
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        os.close(told)
        try:
            work(pipe)
        except BaseException:
            os._exit(1)
        os._exit(0)
    os.close(pipe)
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):
        os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


class Fork:
    """A process that was forked, alone in a group with its keeper."""

    def __init__(self, group: int, told: Connection) -> None:
        self._group = group
        self._told = told
        self._status: int | None = None
        self._lock = threading.Lock()  # a timer may kill it while another thread waits

    def wait(self, seconds: float) -> int | None:
        """Return the exit status, negative for a signal; None if it has not ended in time."""
        with self._lock:
            if self._status is None and self._told.poll(seconds):
                content = os.read(self._told.fileno(), 16)
                self._status = int(content) if content else -signal.SIGKILL  # its keeper too
                self._told.close()
            return self._status

    def kill(self) -> None:
        """Kill the process and its children."""
        if self.wait(0) is None:
            with suppress(ProcessLookupError):
                os.killpg(self._group, signal.SIGKILL)
            self.wait(_ENDING)


class ForkServer:
    """Starts the process that forks when it is first asked, and again if it has ended.

    `program` are the arguments of the interpreter, with which it calls `serve_forks`.
    """

    def __init__(self, program: Sequence[str]) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._owner = 0  # the process that started it; a fork of this one starts its own
        self._asked: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._inherited: subprocess.Popen[bytes] | None = None  # of the process that forked this

    def fork(self, pipe: Connection, seconds: float) -> Fork:
        """Fork a process that works with `pipe`; wait up to some seconds for it.

        Raises:
            OSError: it could not be started.
        """
        told, telling = Pipe(duplex=False)
        descriptors = [pipe.fileno(), telling.fileno()]
        with telling, self._lock:
            if self._asked is not None and self._owner == os.getpid():
                with suppress(OSError):  # it has ended; another is started
                    return Fork(self._ask(self._asked, descriptors, seconds), told)
            self.close()
            self._asked, self._owner = self._start(), os.getpid()
            atexit.register(self.close)
            return Fork(self._ask(self._asked, descriptors, seconds), told)

    def close(self) -> None:
        """End the process that forks, if this process has started it."""
        atexit.unregister(self.close)
        if self._asked is not None:
            self._asked.close()
        if self._process is None:
            return
        if self._owner == os.getpid():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING)
        else:
            self._inherited = self._process  # if it were dropped, it would warn that it still runs

    def _ask(self, asked: socket.socket, descriptors: list[int], seconds: float) -> int:
        asked.settimeout(seconds)
        socket.send_fds(asked, [b"\0"], descriptors)
        if not (answer := asked.recv(_NUMBER)):
            status = self._process and self._process.wait(_ENDING)
            raise OSError(f"exit status {status}")
        return int.from_bytes(answer, "big")

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                [sys.executable, "-P", *self._program, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        return ours


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
    # one thread: unshare refuses a process with several
    return kept | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
