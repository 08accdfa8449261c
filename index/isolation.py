"""Reading files in processes that may crash, hang or swell without harm to the build.

A parser is given what strangers wrote. Each process reads one file at a time within limits, and
is killed and replaced when it passes one; what it is told and answers is JSON, and is checked.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from index.errors import ReaderError
from index.finding import File
from index.job import FILE, JOB, Job, Limits
from index.opening import unreadable
from index.reading import Reading, Readings
from index.remote import Store
from index.types import Document, Passage
from index.worker import MEGABYTE, OUT_OF_MEMORY, READING, READY

_PROGRAM = ("-m", "index.worker")
_MOST = 8  # processes
_START_SECONDS = 60.0
_SPARE = 1 << 16  # bytes of an answer besides the text and offsets that a limit is set for
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE")  # of the environment: no key, no token


# Yields what became of each file of a job, in order.
ReadFiles = Callable[[Job, Sequence[File]], Readings]


def read_isolated(job: Job, files: Sequence[File]) -> Readings:
    """Yield what became of each file, in order; a few are read at once, each in its process.

    Raises:
        ReaderError: a process cannot be started.
    """
    count = min(os.cpu_count() or 1, _MOST)
    workers = [IsolatedReader(job) for _ in range(count)]
    free: SimpleQueue[IsolatedReader] = SimpleQueue()
    for worker in workers:
        free.put(worker)

    def read(file: File) -> Reading:
        worker = free.get()
        try:
            return worker.read(file)
        finally:
            free.put(worker)

    threads = ThreadPoolExecutor(count, thread_name_prefix="pincite-read")
    waiting: deque[Future[Reading]] = deque()
    try:
        for file in files:
            waiting.append(threads.submit(read, file))
            if len(waiting) > 2 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for worker in workers:
            worker.close()
        threads.shutdown(cancel_futures=True)


class _Ended(Exception):
    """A process had to end, or did; the message says why."""


class _TookTooLong(_Ended):
    """It had all its time: another process would take as long."""


class IsolatedReader:
    """Reads files in a process that is started when needed; for one thread at a time.

    Files of a URL are fetched here, one at a time, for the process has no network.
    """

    def __init__(self, job: Job) -> None:
        self._store = Store(job.url) if job.url else None
        if self._store:
            self._fetched = TemporaryDirectory(prefix="pincite-", ignore_cleanup_errors=True)
            job = job.at(Path(self._fetched.name))
        self._task = JOB.dump_json(job)
        self._limits = job.limits
        self._closing = threading.Lock()
        self._closed = False
        self._process: _Process | None = None

    def read(self, file: File) -> Reading:
        """Read a file; if a process fails that read others before, once more in a fresh one."""
        if self._store is None:
            return self._read(file)
        with ExitStack() as stack:
            try:
                stack.enter_context(self._store.fetched(file, Path(self._fetched.name)))
            except OSError as error:
                return Reading(failure=f"{file.path}: {unreadable(error)}")
            return self._read(file)

    def _read(self, file: File) -> Reading:
        began = time.perf_counter()
        while True:
            had_read = self._process is not None
            try:
                return decode(self._start().ask(FILE.dump_json(file), self._limits), file)
            except _Ended as ended:
                self._stop()
                if had_read and not isinstance(ended, _TookTooLong):
                    continue
                spent = time.perf_counter() - began
                return Reading(failure=f"{file.path}: {ended}", seconds=spent)

    def close(self) -> None:
        """Kill the process, in the middle of a file too; nothing is read any more."""
        with self._closing:
            self._closed = True
            if self._process is not None:
                self._process.kill()
        if self._store:
            self._fetched.cleanup()

    def _start(self) -> _Process:
        with self._closing:
            if self._closed:
                raise _TookTooLong("was not read: the build was stopped")
            if self._process is None:
                self._process = _Process(self._task)
            return self._process

    def _stop(self) -> None:
        with self._closing:
            if self._process is not None:
                self._process.kill()
            self._process = None


class _Process:
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
        if answer != READY:
            self.kill()
            raise ReaderError(
                "documents cannot be read, for the process that reads them does not start "
                f"({answer.decode(errors='replace')}); see that memory and processes are to be had"
            )

    def ask(self, message: bytes, limits: Limits) -> bytes:
        """Return the answer to a message.

        Raises:
            _Ended: the process passed a limit or crashed.
        """
        began = time.monotonic()
        try:
            return self._exchange(message, limits.seconds, limits.output_mb * MEGABYTE + _SPARE)
        except (EOFError, OSError):
            is_late = time.monotonic() - began >= limits.seconds
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it is alive, so it is the answer that was refused
            raise _Ended(limits.too_much_text) from None
        if is_late or status == -signal.SIGXCPU:
            raise _TookTooLong(f"took longer than {limits.seconds:g} s to read (read_seconds)")
        if status == OUT_OF_MEMORY:
            raise _Ended(f"took more than {limits.memory_mb} MB of memory to read (read_memory_mb)")
        if status == -signal.SIGABRT:  # what native code does where memory is refused
            raise _Ended(
                f"its reader gave up, as it may where {limits.memory_mb} MB of memory do not "
                "suffice (read_memory_mb)"
            )
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        raise _Ended(f"its reader crashed ({how})")

    def kill(self) -> None:
        """End the process and what it started."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._connection.close()

    def _exchange(self, message: bytes, seconds: float, most: int) -> bytes:
        # a timer, for a process may also stall in the middle of a message
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
    # one thread: a process with more may not leave its network
    return kept | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def decode(content: bytes, file: File) -> Reading:
    """Return an answer as a reading of `file`, each passage with its text.

    Raises:
        _Ended: it is none.
    """
    try:
        reading = READING.validate_json(content, strict=True)
    except ValidationError as error:
        raise _Ended(f"its reader gave nonsense ({error.error_count()} errors)") from None
    document = reading.document
    if document is None:
        if reading.failure is None:
            raise _Ended("its reader gave neither text nor a reason")
        return reading
    passages = tuple(_with_text(document, passage) for passage in reading.passages)
    if document.path != file.path:
        raise _Ended("its reader gave another document")
    return replace(reading, passages=passages)


def _with_text(document: Document, passage: Passage) -> Passage:
    length = passage.end - passage.start
    edges = [edge for span in passage.sentences for edge in (span.start, span.end)]
    if (
        passage.document_id != document.id
        or not 0 <= passage.start < passage.end <= len(document.text)
        or edges != sorted(edges)
        or (edges and not 0 <= edges[0] <= edges[-1] <= length)
    ):
        raise _Ended("its reader gave a passage that is not in its text")
    return replace(passage, text=document.text[passage.start : passage.end])
