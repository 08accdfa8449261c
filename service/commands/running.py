"""Running a command: its errors as one line and a status, and work in a process of its own."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO, TypeVar, cast

import click

from index import PinciteError
from service.commands.lossy_log import LossyLog

T = TypeVar("T")

# On other systems than Linux, system libraries may not be used after a fork.
CONTEXT = (
    multiprocessing.get_context("fork")
    if sys.platform == "linux"
    else multiprocessing.get_context("spawn")
)

_LOOK = 0.5  # seconds between two checks that the parent runs
_GRACE = 30.0  # seconds that a process has to end once its parent has
_REPEATED = 0.05  # seconds after which an order to stop is repeated, outside the finalizer
_INTERRUPTED = 130  # the status of a command that ^C ended, as shells report it


def print_error(message: object) -> None:
    """Print an error that a user can correct, as one line."""
    click.echo(f"pincite: {' '.join(str(message).split())}", err=True)


def run(work: Callable[[], int | None]) -> NoReturn:
    """Do the work, then end the process; an error of the user is one line and status 2."""
    _open_streams()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as ^C does: commands clean up
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hook, sys.unraisablehook = sys.unraisablehook, _stop_again
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may be ASCII, and a name no Unicode
        sys.stdout.reconfigure(errors="backslashreplace")
    stderr = sys.stderr
    sys.stderr = cast("TextIO", LossyLog(stderr))
    try:
        sys.exit(work())
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as stop:
        reason = stop.__cause__ if isinstance(stop, click.Abort) else stop
        print_error(str(reason or "") or "stopped")
        sys.exit(_INTERRUPTED)
    except PinciteError as error:
        print_error(error)
        sys.exit(2)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print_error(f"{place}{error.strerror or error}")
        sys.exit(2)
    finally:
        sys.unraisablehook = hook
        sys.stderr = stderr
        _flush(sys.stdout)
        _flush(sys.stderr)


def _open_streams() -> None:
    """Open the null device for each standard stream that was closed when the process began.

    Otherwise the next file or connection would get its number, and what is printed would go there.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number
        if getattr(sys, name) is None:
            null = Path(os.devnull).open("w" if number else "r", encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, null)


def _stop_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Repeat an order to stop that came inside a finalizer, where Python drops exceptions."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        again = threading.Timer(_REPEATED, os.kill, (os.getpid(), signal.SIGTERM))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(unraisable)


def _flush(stream: TextIO) -> None:
    """Write what a stream still holds; if that fails, the interpreter's end must not fail too."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def end_with(parent: int) -> None:
    """Stop this process once its parent has ended: by SIGTERM, then by SIGKILL."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="pincite-parent", daemon=True).start()


class Apart:
    """Work in another process, done as `run` does it, that sends what it finds.

    An order to stop is passed on to it while this process waits for it, and it ends if this
    process does.
    """

    def __init__(self, work: Callable[[Connection], object]) -> None:
        self.receiving, sending = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=_run, args=(work, sending, os.getpid()))
        self._process.start()
        sending.close()

    def receive(self) -> object:
        """Return what it sends next, None if it has ended; end this process if it failed."""
        with self._passing_on():
            try:
                found: object = self.receiving.recv()
            except EOFError:  # it failed, and said why
                found = None
        if found is None:
            self.join()
        return found

    def join(self) -> None:
        """Wait until it has ended; end this process if it failed."""
        with self._passing_on():
            self._process.join()
        if self._process.exitcode:
            sys.exit(self._process.exitcode)

    def stop(self) -> None:
        """Order it to stop, and wait until it has."""
        self._process.terminate()
        self._process.join()

    @contextmanager
    def _passing_on(self) -> Iterator[None]:
        assert self._process.pid is not None
        pass_on = partial(_pass_on, self._process.pid)
        orders = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, pass_on) for number in orders}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run_apart(work: Callable[[], T]) -> T:
    """Do the work in another process, and return its result; see Apart.

    This process ends if the work fails. The memory that the work takes is free when it is done.
    """
    apart = Apart(partial(_send_result, work))
    result = apart.receive()
    apart.join()
    return cast("T", result)


def _send_result(work: Callable[[], object], sending: Connection) -> None:
    sending.send(work())


def _pass_on(process: int, number: int, _: FrameType | None) -> None:
    os.kill(process, number)


def _run(work: Callable[[Connection], object], sending: Connection, parent: int) -> NoReturn:
    os.setpgid(0, 0)  # or ^C would reach it twice
    end_with(parent)

    def send() -> None:
        work(sending)

    run(send)
