"""A child process that does the steps, for tests that kill or trace it."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from service.commands.running import run
from tests.faults.steps import BUILD, STEPS

STRACE = shutil.which("strace")
_PATIENCE = 120.0  # seconds to wait for a broken child

# a fork of a process that has imported everything and computed nothing starts in milliseconds
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


class Run:
    """A build in a child process, run as the command runs it, with a limit if one is given."""

    def __init__(self, folder: Path, limit: int | None = None, most: int = 0) -> None:
        self._ours, theirs = _CONTEXT.Pipe()
        self._process: ForkServerProcess = _CONTEXT.Process(
            target=_build, args=(folder, theirs, limit, most)
        )
        self._process.start()
        theirs.close()
        _await_ready(self._ours)
        assert self._process.pid is not None
        self.pid = self._process.pid

    def end(self) -> tuple[int, str]:
        """Let it begin and wait for its end; return its exit status and its messages."""
        self._ours.send_bytes(b"go")
        said = bytearray()
        with suppress(ConnectionResetError):
            while chunk := os.read(self._ours.fileno(), 1 << 16):
                said += chunk
        self._process.join(_PATIENCE)
        assert self._process.exitcode is not None, "the build does not end"
        return self._process.exitcode, said.decode()


class Child:
    """Does the steps in a folder after `begin`, and reports each step that is done."""

    def __init__(self, folder: Path, *, forgets_to_sync: bool = False) -> None:
        self._ours, theirs = _CONTEXT.Pipe()
        self._process: ForkServerProcess = _CONTEXT.Process(
            target=_do_steps, args=(folder, theirs, forgets_to_sync)
        )
        self._process.start()
        theirs.close()
        _await_ready(self._ours)
        assert self._process.pid is not None
        self.pid = self._process.pid

    def begin(self) -> None:
        """Let it begin."""
        self._ours.send_bytes(b"go")

    def kill(self) -> None:
        """Kill it by SIGKILL."""
        self._process.kill()

    def end(self) -> tuple[int, int]:
        """Wait until it has ended; return its exit status and the number of reported steps."""
        done = 0
        with suppress(EOFError, ConnectionResetError):  # reset if it was killed before it began
            while self._ours.poll(_PATIENCE):
                self._ours.recv_bytes()
                done += 1
        self._process.join(_PATIENCE)
        assert self._process.exitcode is not None, "the child does not end"
        return self._process.exitcode, done


@contextmanager
def traced(child: Child | Run, log: Path, options: Sequence[str]) -> Iterator[None]:
    """Trace the system calls of a child that has not begun, and of its threads, to a file."""
    assert STRACE is not None
    command = [STRACE, "-f", "-p", str(child.pid), "-o", str(log), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        assert "attached" in said, said
        yield


def can_trace() -> bool:
    """Return whether strace is installed and may trace a process that it did not start."""
    if STRACE is None:
        return False
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        probe = subprocess.Popen(
            [STRACE, "-p", str(sleeper.pid)], stderr=subprocess.PIPE, text=True
        )
        assert probe.stderr is not None
        may = "attached" in probe.stderr.readline()
        sleeper.kill()
        probe.communicate()
    return may


def _await_ready(child: Connection) -> None:
    """Wait until a child has started, because no fault may strike before."""
    assert child.poll(_PATIENCE), "the child does not start"
    child.recv_bytes()


def _do_steps(folder: Path, told: Connection, forgets_to_sync: bool) -> None:
    if forgets_to_sync:
        patch("os.fsync").start()
    told.send_bytes(b"ready")
    told.recv_bytes()
    for step in STEPS:
        step.do(folder)
        told.send_bytes(b"done")


def rebuild(folder: Path) -> None:
    """Update the index in a child process."""
    process = _CONTEXT.Process(target=BUILD.do, args=(folder,))
    process.start()
    process.join(_PATIENCE)
    assert process.exitcode == 0


def _build(folder: Path, told: Connection, limit: int | None, most: int) -> None:
    told.send_bytes(b"ready")
    told.recv_bytes()
    os.dup2(told.fileno(), sys.stderr.fileno())
    if limit == resource.RLIMIT_AS:  # in addition to the memory in use
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most += pages * resource.getpagesize()
    if limit is not None:
        resource.setrlimit(limit, (most, most))
    run(lambda: BUILD.do(folder))
