"""Running a command: its errors become one line and a status."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TextIO, cast

import click

from index import PinciteError
from service.commands.lossy_log import LossyLog
from service.console import say

_REPEATED = 0.05  # seconds after which an order to stop is repeated, outside the finalizer
_INTERRUPTED = 130  # the status of a command that ^C ended, as shells report it


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
        say(str(reason or "") or "stopped")
        sys.exit(_INTERRUPTED)
    except PinciteError as error:
        say(error)
        sys.exit(2)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        say(f"{place}{error.strerror or error}")
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
