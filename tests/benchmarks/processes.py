"""Starting services for a benchmark, measuring them, and running work in a new process."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

import psutil

from tests.benchmarks.load import Address, ask

P = ParamSpec("P")
R = TypeVar("R")

_PATIENCE = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Service:
    """The command that starts a service, its environment, and the address where it answers."""

    name: str
    command: tuple[str, ...]
    address: Address
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """A service that has answered a question, `start_s` seconds after its start."""

    service: Service
    process: subprocess.Popen[bytes]
    start_s: float

    def memory(self) -> dict[str, float]:
        """Return the memory of the service and its children, in MB.

        Pages that several processes share count once per process in `rss_mb`, and once in `pss_mb`.
        """
        parent = psutil.Process(self.process.pid)
        found = [one.memory_full_info() for one in (parent, *parent.children(recursive=True))]
        return {
            "rss_mb": sum(one.rss for one in found) / 2**20,
            "pss_mb": sum(one.pss for one in found) / 2**20,
        }


@contextmanager
def running(service: Service, question: str) -> Iterator[Running]:
    """Run a service, from its first answer to `question` until the end of the context."""
    began = time.perf_counter()
    process = subprocess.Popen(
        service.command,
        env={**os.environ, **service.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(service.address, question):
            if process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                raise RuntimeError(f"there is no answer from: {' '.join(service.command)}")
            time.sleep(0.01)
        yield Running(service, process, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait()


def in_a_process(work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Run `work` in a new process with its own memory; return its result."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def _answers(address: Address, question: str) -> bool:
    try:
        ask(address, [question], clients=1)
    except (OSError, EOFError):  # the service does not listen yet
        return False
    return True
