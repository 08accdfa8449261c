"""Misdeeds of parsers; each replaces the splitter of a document."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

from index.ingest import worker
from index.ingest.forks import serve_forks
from index.ingest.job import Job
from index.ingest.passages import Splitter, split_document
from index.ingest.reading import Reading
from index.ingest.worker import READING
from index.types import Document, Passage
from tests.fakes import count_words

_seen: list[str] = []
_pipe: list[int] = []


def read_with(name: str, descriptor: int) -> None:
    """Be a process whose forks read files, with a splitter of this module."""
    with patch.object(Job, "split", lambda job: globals()[name]):
        serve_forks(descriptor, _read)


def _read(pipe: int) -> None:
    _pipe.append(pipe)
    worker.read_files(pipe)


def split(document: Document) -> Sequence[Passage]:
    """Do as a parser should."""
    return split_document(document, count_words, Splitter())


def do_what_it_says(document: Document) -> Sequence[Passage]:
    """Misbehave as the document's first word says, if it says so."""
    misdeed = _MISDEEDS.get(document.text.split()[0])
    if misdeed:
        misdeed()
    return split(document)


def fail_on_the_second(document: Document) -> Sequence[Passage]:
    """Crash on every document but the first that a process reads."""
    _seen.append(document.path)
    if len(_seen) > 1:
        os.abort()
    return split(document)


def answer_in_pickle(document: Document) -> Sequence[Passage]:
    """Take the pipe over and send what, unpickled, would make a file."""
    with Connection(os.dup(_pipe[0])) as connection:
        connection.send_bytes(pickle.dumps(_Payload(document.text.strip())))
    time.sleep(60)
    return []


def lie_about_offsets(document: Document) -> Sequence[Passage]:
    """Give a passage that is not in the text."""
    return [Passage(document.id, 0, 7, "made up", (1, 1))]


def answer_with_offsets_that_lie(document: Document) -> Sequence[Passage]:
    """Take the pipe over and send a passage that is not in the text."""
    lie = Reading(document, (Passage(document.id, 5, 10**9, "", (1, 1)),))
    with Connection(os.dup(_pipe[0])) as connection:
        connection.send_bytes(READING.dump_json(lie))
    time.sleep(60)
    return []


def tell_the_networks(document: Document) -> Sequence[Passage]:
    """Give the networks that the process sees as a failure."""
    table = Path("/proc/net/dev").read_text()
    raise ValueError([line.split(":")[0].strip() for line in table.splitlines() if ":" in line])


def tell_the_secrets(document: Document) -> Sequence[Passage]:
    """Give what there is of a secret in the environment as a failure."""
    raise ValueError(os.environ.get("SECRET_KEY"))


class _Payload:
    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path(self._path),)


def _stall() -> None:
    os.write(_pipe[0], b"\0\0\1\0 half a message")
    time.sleep(60)


def _spin() -> None:
    while True:
        pass


def _swell() -> None:
    held = [bytearray(10_000_000) for _ in range(1000)]
    held.clear()


def _recurse() -> None:
    _recurse()


def _say_too_much() -> None:
    with Connection(os.dup(_pipe[0])) as connection:
        connection.send_bytes(bytes(3_000_000))


_MISDEEDS: dict[str, Callable[[], object]] = {
    "crash": lambda: ctypes.string_at(0),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "abort": os.abort,
    "exit": lambda: os._exit(3),
    "sleep": lambda: time.sleep(60),
    "spin": _spin,
    "stall": _stall,
    "swell": _swell,
    "recurse": _recurse,
    "shout": _say_too_much,
    "call": lambda: socket.create_connection(("127.0.0.1", 9), timeout=5),
    "resolve": lambda: socket.getaddrinfo("localhost", 80),
    "write": lambda: Path("written").write_text("x"),
}
