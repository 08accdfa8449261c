"""Reads files in processes that may crash, hang or take too much memory without harm to the build.

Parsers read files that strangers wrote. Each process reads one file at a time within limits, and
is killed and replaced when it exceeds one. Jobs and answers are JSON, and answers are checked.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from index.corpus.remote import Store
from index.corpus.safe_open import NO_SPACE, unreadable
from index.corpus.scanning import File
from index.ingest.job import FILE, JOB, Job
from index.ingest.reader_process import Ended, ReaderProcess, TookTooLong
from index.ingest.reading import Reading, Readings
from index.ingest.worker import READING
from index.types import Document, Passage

_MOST = 8  # processes

# Reads the files of a job, in order.
ReadFiles = Callable[[Job, Sequence[File]], Readings]


def read_isolated(job: Job, files: Sequence[File]) -> Readings:
    """Yield each file with its reading, in order; processes read several files at once.

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
    waiting: deque[tuple[File, Future[Reading]]] = deque()
    try:
        for file in files:
            waiting.append((file, threads.submit(read, file)))
            if len(waiting) > 2 * count:
                first, reading = waiting.popleft()
                yield first, reading.result()
        for file, reading in waiting:
            yield file, reading.result()
    finally:
        for worker in workers:
            worker.close()
        threads.shutdown(cancel_futures=True)


class IsolatedReader:
    """Reads files in a process that is started when needed; used by one thread at a time.

    Files at a URL are fetched here, one at a time, because the process has no network.
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
        self._process: ReaderProcess | None = None

    def read(self, file: File) -> Reading:
        """Read a file; if the process fails and had read others before, retry in a new one."""
        if self._store is None:
            return self._read(file)
        with ExitStack() as stack:
            try:
                stack.enter_context(self._store.fetched(file, Path(self._fetched.name)))
            except OSError as error:
                full = f"cannot be fetched: {error.strerror} in the temporary folder (TMPDIR)"
                reason = full if error.errno in NO_SPACE else unreadable(error)
                return Reading(failure=f"{file.path}: {reason}")
            return self._read(file)

    def _read(self, file: File) -> Reading:
        began = time.perf_counter()
        while True:
            had_read = self._process is not None
            try:
                process = self._start()
                reading = decode(process.ask(FILE.dump_json(file), self._limits), file)
                return replace(reading, with_network=process.has_network)
            except Ended as ended:
                self._stop()
                if had_read and not isinstance(ended, TookTooLong):
                    continue
                spent = time.perf_counter() - began
                failure = f"{file.path}: {ended}"
                return Reading(failure=failure, lasting=ended.lasting, seconds=spent)

    def close(self) -> None:
        """Kill the process, even while it reads a file; nothing is read afterwards."""
        with self._closing:
            self._closed = True
            if self._process is not None:
                self._process.kill()
        if self._store:
            self._fetched.cleanup()

    def _start(self) -> ReaderProcess:
        with self._closing:
            if self._closed:
                raise TookTooLong("was not read: the build was stopped", lasting=False)
            if self._process is None:
                self._process = ReaderProcess(self._task)
            return self._process

    def _stop(self) -> None:
        with self._closing:
            if self._process is not None:
                self._process.kill()
            self._process = None


def decode(content: bytes, file: File) -> Reading:
    """Return the reading that a process answered for `file`, each passage with its text.

    Raises:
        Ended: the answer is not valid.
    """
    try:
        reading = READING.validate_json(content, strict=True)
    except ValidationError as error:
        raise Ended(f"its reader gave an invalid answer ({error.error_count()} errors)") from None
    document = reading.document
    if document is None:
        if reading.failure is None:
            raise Ended("its reader gave neither text nor a reason")
        return reading
    passages = tuple(_with_text(document, passage) for passage in reading.passages)
    if document.path != file.path:
        raise Ended("its reader gave another document")
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
        raise Ended("its reader gave a passage that is not in its text")
    return replace(passage, text=document.text[passage.start : passage.end])
