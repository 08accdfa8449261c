"""Updating an index while it is served, in a process of its own.

A build in the process that answers would hold the GIL; and its own process gives all memory back.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress

from pydantic import ValidationError

from index import PinciteError
from service.schemas.runs import ReportReply
from service.settings.settings import Settings

Run = Callable[[], ReportReply]

PROGRAM = (sys.executable, "-P", "-c", "from service.commands.cli import main; main()")
_WAIT = 3600  # seconds that another run may take before this one
_PAUSE = 60.0  # seconds until a run that failed is made again, at first
_LONGEST_PAUSE = 3600.0  # the pause is doubled each time, up to this
_LOOK = 10.0  # seconds between two looks at a run
_LOOKS = 6  # one after another that find it stopped, after which it is killed
_TURNS = threading.BoundedSemaphore(2)  # runs at once; each takes the memory of a model


class RunFailed(PinciteError):
    """The index could not be updated; the message is that of the command."""


def index_apart(
    settings: Settings,
    collection: str,
    program: Sequence[str] = PROGRAM,
    *,
    is_new: bool = False,
) -> ReportReply:
    """Run `pincite index` and return its report; wait for another run to end first.

    It repairs an index that is damaged or of another model, since no user is there to do so. But it
    makes no new one, since a folder that is gone may come back, unless it `is_new` or only copied
    from there to an engine. It ends when this process ends.

    Raises:
        RunFailed: it did not succeed; the index is as it was.
    """
    command = [
        *program, "index", "--json", "--repair", "--collection", collection,
        "--wait", str(_WAIT), "--parent", str(os.getpid()),
        *(() if settings.engine or is_new else ("--existing",)),
    ]  # fmt: skip
    try:
        with _TURNS:
            process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                command,
                env=os.environ | settings.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            with process:
                out, err = _wait(process)
    except OSError as error:
        raise RunFailed(f"its process cannot be started: {error.strerror}") from error
    lines = err.decode(errors="replace").strip().splitlines()
    if process.returncode:
        status = f"exit status {process.returncode}"
        raise RunFailed(lines[-1].removeprefix("pincite: ") if lines else status)
    try:
        return ReportReply.model_validate_json(out)
    except ValidationError as error:
        raise RunFailed(
            f"the report of the run is malformed ({error.error_count()} errors)"
        ) from error


def _wait(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Return what a process printed, once it has ended.

    Raises:
        RunFailed: it was stopped, as by SIGSTOP, and did not go on; it is killed.
    """
    stopped = 0
    while True:
        try:
            return process.communicate(timeout=_LOOK)
        except subprocess.TimeoutExpired:
            stopped = stopped + 1 if _is_stopped(process.pid) else 0
            if stopped == _LOOKS:
                process.kill()
                process.communicate()
                raise RunFailed(
                    f"its process was stopped for {_LOOKS * _LOOK:g} seconds, and was killed"
                ) from None


def _is_stopped(process: int) -> bool:
    """Return whether a child of this process is stopped now, neither running nor ended."""
    try:
        found = os.waitid(os.P_PID, process, os.WSTOPPED | os.WNOHANG | os.WNOWAIT)
    except (AttributeError, ChildProcessError):  # not on this system; it has just ended
        return False
    return found is not None


class Indexer:
    """Makes runs, one after another; requests during a run share the next one.

    A run that is under way may have passed the file that has changed since, so it does not count
    for later requests. `failure` says why the last run failed, None if it did not; such a run is
    made again after `pause` seconds, and after a longer pause each time that it fails again. The
    end of the process waits for no run.
    """

    def __init__(self, run: Run, pause: float = _PAUSE) -> None:
        self._run = run
        self._first_pause = self._pause = pause
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._next: Future[ReportReply] | None = None
        self._retry: threading.Timer | None = None
        self.failure: str | None = None

    def follow(self, wait_for_begin: Callable[[], object], wait_for_end: Run) -> None:
        """Let a run that something else makes be the first; if it fails, request another.

        Requests before it has begun share it.
        """

        def begin() -> None:
            self._begin(report, wait_for_end, wait_for_begin)
            if report.exception():
                self.request()

        report: Future[ReportReply] = Future()
        self._next = report
        threading.Thread(target=begin, name="pincite-index", daemon=True).start()

    def request(self) -> Future[ReportReply]:
        """Return the future report of a run that has not begun yet."""
        with self._lock:
            if self._next is None:
                report: Future[ReportReply] = Future()
                thread = threading.Thread(
                    target=self._begin, args=(report, self._run), name="pincite-index", daemon=True
                )
                try:
                    thread.start()
                except RuntimeError as error:  # the system has no thread left
                    report.set_exception(RunFailed(str(error)))
                    return report
                self._next = report
            return self._next

    def _begin(
        self, report: Future[ReportReply], run: Run, wait_for_begin: Callable[[], object] = int
    ) -> None:
        with self._turn:
            wait_for_begin()
            with self._lock:
                self._next = None
            try:
                done = run()
            except BaseException as error:
                self.failure = str(error) or type(error).__name__
                self._run_again_later()
                report.set_exception(error)
            else:
                self.failure = None
                self._pause = self._first_pause
                report.set_result(done)

    def _run_again_later(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
        self._retry = threading.Timer(self._pause, self.request)
        self._retry.daemon = True
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        with suppress(RuntimeError):  # the system has no thread left; the next request runs
            self._retry.start()
