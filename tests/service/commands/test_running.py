"""Commands end in one line and a status, in this process and in one of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from index import ModelError
from service.commands.apart import run_apart
from service.commands.running import run


def fail_by(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


ENDINGS = [
    (ModelError("no\nmodel"), 2, "pincite: no model\n"),
    (OSError(13, "Permission denied", "here"), 2, "pincite: here: Permission denied\n"),
    (KeyboardInterrupt("stopped; nothing is lost"), 130, "pincite: stopped; nothing is lost\n"),
    (KeyboardInterrupt(), 130, "pincite: stopped\n"),
    (click.Abort(), 130, "pincite: stopped\n"),
]


@pytest.fixture(autouse=True)
def _signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signal.signal", lambda number, handler: None)


@pytest.mark.parametrize(("error", "status", "told"), ENDINGS)
@pytest.mark.parametrize("apart", [False, True])
def test_an_error_is_one_line_and_a_status(
    capfd: pytest.CaptureFixture[str], error: BaseException, status: int, told: str, apart: bool
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_apart(fail_by(error)) if apart else run(fail_by(error))
    assert ended.value.code == status
    assert capfd.readouterr() == ("", told)


def test_a_log_on_a_full_disk_changes_neither_work_nor_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work() -> None:
        click.echo("begun", err=True)
        raise ModelError("no model")

    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        with pytest.raises(SystemExit) as ended:
            run(work)
    assert ended.value.code == 2


INTERRUPTED = """
import signal, time
from service.commands.running import run

class Interrupts:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored

def work():
    Interrupts()
    time.sleep(30)

run(work)
"""


def test_an_interrupt_inside_a_finalizer_stops_the_command_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "pincite: stopped\n")


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_where_standard_streams_are_closed_nothing_else_takes_their_numbers(
    tmp_path: Path, closed: str
) -> None:
    program = """
import os, sys
from service.commands.running import run

def work():
    print("out")
    print("error", file=sys.stderr)
    os.system("echo child; echo child >&2")
    kept = open(sys.argv[1], "w")
    assert kept.fileno() > 2
    kept.write("kept")

run(work)
"""
    file = tmp_path / "file"
    command = [sys.executable, "-c", program, str(file)]
    done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *command], check=False)
    assert (done.returncode, file.read_text()) == (0, "kept")
