"""`pincite serve` as a child process, with the real model or the fake one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import httpx
import psutil

from tests.conftest import ROOT
from tests.fakes import PINCITE as FAKE

PINCITE = str(Path(sys.executable).with_name("pincite"))
_STARTING = 300.0  # seconds that a slow machine may take to build the index and start
_ENDING = 90.0  # seconds; more than service/commands/granian_server.py allows for the last requests


@dataclass(slots=True)
class Running:
    """A service on a port of this machine; `output` is what it printed, once it has ended."""

    process: subprocess.Popen[str]
    port: int
    output: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

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


def fetch(address: str, **options: Any) -> httpx.Response:
    """GET from a service of this machine, without the certificates that httpx reads each time.

    They take twenty times as long as the request, and tests ask several times a second.
    """
    return httpx.get(address, verify=False, **options)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """Return an environment without settings, in which the packages under test are found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PINCITE_") or name == "PINCITE_CACHE"
    }
    return kept | {"PYTHONPATH": str(ROOT)}


def pincite(*, fake: bool, first: str = "") -> list[str]:
    """Return the command `pincite`; with the fake model, it runs the Python in `first` before."""
    return [sys.executable, "-c", first + FAKE] if fake else [PINCITE]


@contextmanager
def running(
    folder: Path,
    *options: str,
    documents: Path | None = None,
    fake: bool = True,
    settings: Mapping[str, str] | None = None,
    first: str = "",
    within: Sequence[str] = (),
    log: int = subprocess.STDOUT,
    ready: bool = True,
) -> Iterator[Running]:
    """Run a service in a folder, whose `documents` and `index` it uses, until the context ends.

    With `ready`, the context begins when the service is ready, else when it is started. `within`
    is a command that takes the service's command as its arguments and runs it. `log` is the
    standard error of the service.
    """
    port = free_port()
    process = subprocess.Popen(
        [
            *within, *pincite(fake=fake, first=first), "serve", "--port", str(port), *options,
            "--documents", str(documents or folder / "documents"),
            "--index", str(folder / "index"),
        ],
        cwd=folder, env=environment() | dict(settings or {}), text=True,
        stdout=subprocess.PIPE, stderr=log,
    )  # fmt: skip
    service = Running(process, port)
    try:
        if ready:
            wait_until_ready(process, port)
        yield service
    finally:
        process.terminate()  # does nothing if it has ended
        service.output = process.communicate(timeout=_ENDING)[0]


def wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + _STARTING
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended: {process.communicate()[0]}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("the service did not become ready")
