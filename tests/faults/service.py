"""The real command as a child process that tests harm, with the real model or the fake one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from tests.conftest import ROOT
from tests.fakes import PINCITE
from tests.server import STARTING, free_port

REAL = "from service.commands.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers on a port of this machine."""

    process: subprocess.Popen[str]
    port: int

    def worker(self) -> psutil.Process:
        """Return the process that answers."""
        children = psutil.Process(self.process.pid).children()
        return max(children, key=lambda one: one.num_threads())

    def memory_mb(self) -> float:
        """Return the memory of the process that answers, in MB."""
        return round(float(self.worker().memory_info().rss) / 2**20, 1)

    def processor_seconds(self) -> float:
        """Return the processor time that it has taken so far, in seconds."""
        times = self.worker().cpu_times()
        return float(times.user + times.system)

    def hold_to(self, processor: int) -> None:
        """Let it use only one processor; threads that it starts later inherit this."""
        for thread in self.worker().threads():
            os.sched_setaffinity(thread.id, {processor})

    def threads(self) -> int:
        """Return how many threads it has."""
        return int(self.worker().num_threads())

    def handles(self) -> int:
        """Return how many files and sockets it has open."""
        return int(self.worker().num_fds())


def environment() -> dict[str, str]:
    """Return an environment without settings, with the packages under test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PINCITE_") or name == "PINCITE_CACHE"
    }
    return kept | {"PYTHONPATH": str(ROOT)}


@contextmanager
def running(
    folder: Path,
    documents: Path,
    *,
    fake: bool,
    settings: Mapping[str, str] | None = None,
    first: str = "",
    log: int = subprocess.STDOUT,
) -> Iterator[Running]:
    """Serve documents, the index in `folder`, until the end of the context.

    `first` is Python that the process runs before anything else; `log` is its standard error.
    """
    port = free_port()
    program = first + (PINCITE if fake else REAL)
    process = subprocess.Popen(
        [
            sys.executable, "-c", program, "serve", "--port", str(port),
            "--documents", str(documents), "--index", str(folder / "index"),
        ],
        cwd=folder, text=True, stdout=subprocess.PIPE, stderr=log,
        env=environment() | dict(settings or {}),
    )  # fmt: skip
    try:
        _wait(process, port)
        yield Running(process, port)
    finally:
        process.kill() if process.poll() is not None else process.terminate()
        process.communicate(timeout=90)


def _wait(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended: {process.communicate()[0]}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the service did not become ready")
