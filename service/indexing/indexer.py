"""Bringing an index in step while it is served, in a process of its own.

A build would take the interpreter and the memory of those that answer; and what it loads is gone
when it is done.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future

from pydantic import ValidationError

from index import PinciteError
from service.schemas.runs import ReportReply
from service.settings.settings import Settings

Run = Callable[[], ReportReply]

_COMMAND = (sys.executable, "-P", "-c", "from service.commands.cli import main; main()")
_WAIT = 3600  # seconds that another run may take before this one


class RunFailed(PinciteError):
    """The index could not be brought in step; the message is what the command said."""


def index_apart(settings: Settings, collection: str) -> ReportReply:
    """Run `pincite index` and return its report; other runs are waited for.

    Nobody is there to do so, thus it repairs what is damaged or of another model. It is stopped
    when this process ends.

    Raises:
        RunFailed: it did not succeed; the index is as it was.
    """
    command = [
        *_COMMAND, "index", "--json", "--repair", "--collection", collection,
        "--wait", str(_WAIT), "--parent", str(os.getpid()),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and this package
            command,
            env=os.environ | settings.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise RunFailed(f"its process cannot be started: {error.strerror}") from error
    told = done.stderr.decode(errors="replace").strip().splitlines()
    if done.returncode:
        reason = told[-1].removeprefix("pincite: ") if told else f"exit status {done.returncode}"
        raise RunFailed(reason)
    try:
        return ReportReply.model_validate_json(done.stdout)
    except ValidationError as error:
        raise RunFailed(f"its report cannot be read: {error.error_count()} errors") from error


class Indexer:
    """Runs one after another; who asks while one is under way shares the next with others.

    A run that is under way may have passed the file that has changed since, so it counts for none
    of those who ask later. The end of the process waits for none.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._next: Future[ReportReply] | None = None

    def request(self) -> Future[ReportReply]:
        """Return the report to come of a run that has not begun yet."""
        with self._lock:
            if self._next is None:
                report: Future[ReportReply] = Future()
                thread = threading.Thread(
                    target=self._begin, args=(report,), name="pincite-index", daemon=True
                )
                try:
                    thread.start()
                except RuntimeError as error:  # the system has no thread left
                    report.set_exception(RunFailed(str(error)))
                    return report
                self._next = report
            return self._next

    def _begin(self, report: Future[ReportReply]) -> None:
        with self._turn:
            with self._lock:
                self._next = None
            try:
                report.set_result(self._run())
            except BaseException as error:
                report.set_exception(error)
