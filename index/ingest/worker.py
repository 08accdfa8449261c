"""The program of reader processes: they read files within limits and without a network.

index.ingest.reader_process starts it as `python -m index.ingest.worker DESCRIPTOR`; it then forks
readers. Each receives a job and then files, and answers each file with a reading, all as JSON.
"""

from __future__ import annotations

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

from index.ingest.forks import serve_forks
from index.ingest.job import FILE, JOB
from index.ingest.network import leave_network
from index.ingest.reading import Reading, read_and_split
from index.types import Passage

READING = TypeAdapter(Reading)
MEGABYTE = 1 << 20
READY, READY_WITH_NETWORK = b"ready", b"ready, with a network"
OUT_OF_MEMORY = errno.ENOMEM  # the exit status that says so


def main(descriptor: int) -> None:
    """Fork a reader for each pipe that comes over the socket of this descriptor."""
    serve_forks(descriptor, read_files)


def read_files(pipe: int) -> None:
    """Answer one file after another until the other side of the pipe closes."""
    os.set_inheritable(pipe, False)
    with Connection(pipe) as connection:
        try:
            ready = READY if leave_network() else READY_WITH_NETWORK
            job = JOB.validate_json(connection.recv_bytes())
            corpus, split, limits = job.folder(), job.split(), job.limits
            _limit_memory(limits.memory_mb)
        except Exception as error:
            connection.send_bytes(_reason(error).encode())
            return
        connection.send_bytes(ready)
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
                os._exit(OUT_OF_MEMORY)  # the memory that is left may not suffice for the next file
            except Exception as error:  # a parser may raise anything, RecursionError too
                content = _failure(f"{file.path}: its reader failed ({_reason(error)})")
            connection.send_bytes(content)


def encode(reading: Reading) -> bytes:
    """Return a reading as JSON, without blocks, and without texts that the offsets determine."""
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
    """Limit memory beyond what is used already; forbid files and core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(OSError, ValueError):  # only Linux says how much is used, and keeps to a limit
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_processor(seconds: float) -> None:
    """Limit processor time for the next file; this ends the process even without its parent."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(int(sys.argv[1]))
