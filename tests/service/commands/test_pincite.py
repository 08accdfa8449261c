"""The program `pincite` with any PYTHONPATH, and interrupted at any time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes import PINCITE, write_files

PROGRAM = f"""
import runpy
print("go", flush=True)
runpy.run_path({str(ROOT / "service" / "commands" / "pincite.py")!r}, run_name="__main__")
"""


def test_modules_of_the_user_are_not_taken_for_its_own(tmp_path: Path) -> None:
    wrong = "raise RuntimeError('the wrong module')"
    write_files(tmp_path, {"service.py": wrong, "index/__init__.py": wrong})
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, "keys", "list"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "go\n", "")


@pytest.mark.parametrize("wait", [0.2, 0.6, 1.2])
def test_an_interrupt_while_modules_are_loaded_leaves_no_traceback(
    tmp_path: Path, wait: float
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--documents", str(tmp_path)],
        cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    time.sleep(wait)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode in {-signal.SIGINT, 130, 2}  # 2: there is nothing to index
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "command", [["index"], ["index", "--json"], ["ask", "lava", "--top-k", "1"]]
)
def test_names_and_terminals_that_are_no_unicode_leave_no_traceback(
    tmp_path: Path, command: list[str]
) -> None:
    folder = tmp_path / os.fsdecode(b"doc\xe9s")
    write_files(folder, {"ü.md": "Lava flowed from Mount Ôrrin for years.", "x.png": b"x"})
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Coffee.")
    done = subprocess.run(
        [sys.executable, "-c", PINCITE, *command, "--documents", str(folder),
         "--index", str(tmp_path / "index")],
        cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
