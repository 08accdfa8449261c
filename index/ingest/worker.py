"""The process in which files are read: with limits, without a network, told only what to read.

`python -m index.ingest.worker DESCRIPTOR` is started by index.ingest.reader_process. It is sent a
job and then files, and answers with readings, all in JSON.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import resource
import sys
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import TypeAdapter

from index.ingest.job import FILE, JOB
from index.ingest.reading import Reading, read_and_split
from index.types import Passage

READING = TypeAdapter(Reading)
MEGABYTE = 1 << 20
READY = b"ready"
OUT_OF_MEMORY = errno.ENOMEM  # the exit status that says so

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # of linux/sched.h
_NETWORK = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
}


def main(descriptor: int) -> None:
    """Answer one file after another until the other side closes."""
    os.set_inheritable(descriptor, False)
    with Connection(descriptor) as connection:
        try:
            _leave_network()
            job = JOB.validate_json(connection.recv_bytes())
            corpus, split, limits = job.folder(), job.split(), job.limits
            _limit_memory(limits.memory_mb)
        except Exception as error:
            connection.send_bytes(_reason(error).encode())
            return
        connection.send_bytes(READY)
        while True:
            try:
                file = FILE.validate_json(connection.recv_bytes())
            except EOFError:
                return
            _limit_processor(limits.seconds)
            try:
                content = encode(read_and_split(corpus, file, split))
                if len(content) > limits.output_mb * MEGABYTE:
                    content = _failure(f"{file.path}: {limits.too_much_text}")
            except MemoryError:
                os._exit(OUT_OF_MEMORY)  # what is left here is no good to the next file
            except Exception as error:  # a parser may raise anything, RecursionError too
                content = _failure(f"{file.path}: its reader failed ({_reason(error)})")
            connection.send_bytes(content)


def encode(reading: Reading) -> bytes:
    """Return JSON, without what the other side has no use for or can take from the text."""
    if reading.document is None:
        return READING.dump_json(reading)
    spans = tuple(_without_text(passage) for passage in reading.passages)
    document = replace(reading.document, blocks=())
    return READING.dump_json(replace(reading, document=document, passages=spans))


def _without_text(passage: Passage) -> Passage:
    return replace(passage, text="")


def _failure(reason: str) -> bytes:
    return READING.dump_json(Reading(failure=reason))


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _limit_memory(megabytes: int) -> None:
    """Limit memory beyond what is taken already; write no file and no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(OSError, ValueError):  # only Linux says how much is taken, and keeps to a limit
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_processor(seconds: float) -> None:
    """Limit processor time for the next file: it ends this process should its parent be gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _leave_network() -> None:
    """Move into a network of our own, which is empty, and refuse Python's sockets in any case."""
    sys.addaudithook(_refuse_network)
    if not sys.platform.startswith("linux"):
        return
    # root needs no user namespace, in which it could not read what other users own
    flags = _NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USER
    ctypes.CDLL(None).unshare(flags)  # where the kernel refuses, the hook remains


def _refuse_network(event: str, _: object) -> None:
    if event in _NETWORK:
        raise PermissionError("a reader has no network")


if __name__ == "__main__":
    main(int(sys.argv[1]))
