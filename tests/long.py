"""Runs the long checks before a release, one after the other.

    python -m tests.long [--only kills] ...

Each prints what it finds; the exit status is 1 if one has failed. All take about eight hours
on two cores, of which fuzzing takes five.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

import click

from tests.conftest import ROOT

LONG = ("--hypothesis-profile", "long", "--timeout", "3600")
# name: what Python runs
COMMANDS: dict[str, Sequence[str]] = {
    "tests": ("-m", "pytest", "-m", "long"),
    "properties": ("-m", "pytest", "-n", "2", "-m", "quick", *LONG),
    "interface": ("-m", "pytest", "tests/service/http/test_openapi.py", *LONG),
    "filters in Milvus": ("-m", "pytest", "tests/index/milvus/test_expressions.py", *LONG),
    "kills": ("-m", "tests.faults.kills", "--times", "500"),
    "shortages": ("-m", "tests.faults.shortages"),
    "corruption": ("-m", "tests.faults.corruption", "--times", "200"),
    "readers": ("-m", "tests.faults.readers"),
    "soak": ("-m", "tests.faults.soak"),
    "endurance": ("-m", "tests.faults.endurance", "--minutes", "60"),
    "overload": ("-m", "tests.faults.overload", "--seconds", "8"),
    "overload in turns": ("-m", "tests.faults.overload", "--seconds", "5", "--pairs", "6"),
    "timing of keys": ("-m", "tests.faults.key_timing"),
    "fuzzing": ("-m", "tests.fuzzing", "--seconds", "600"),
    "routes": ("-m", "tests.fuzzing.routes", "--seconds", "600"),
}


@click.command()
@click.option("--only", type=click.Choice(list(COMMANDS)), multiple=True, help="Repeat for more.")
def main(only: Sequence[str]) -> None:
    """Run the long tests and commands that are named, or all."""
    failed = False
    for name in only or COMMANDS:
        began = time.monotonic()
        click.echo(f"{name}: python {' '.join(COMMANDS[name])}")
        done = subprocess.run([sys.executable, *COMMANDS[name]], cwd=ROOT, check=False)
        ended = "passed" if done.returncode == 0 else f"failed with status {done.returncode}"
        click.echo(f"{name}: {ended} in {time.monotonic() - began:.0f} s")
        failed |= done.returncode != 0
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
