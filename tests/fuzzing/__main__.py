"""Fuzzes each target for some seconds in a child process.

    python -m tests.fuzzing [--seconds 600] [--target html] ...

The corpus is in tests/data/fuzzing/<target>/. Inputs that fail or kill the process are kept there,
so that tests/fuzzing/test_fuzzing.py fails until the bug is mended. Prints a line for each target;
the exit status is 1 if any target failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

import click

from tests.conftest import ROOT
from tests.fuzzing.targets import TARGETS


def main() -> None:
    """Fuzz the given targets, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=600, help="for each target [default: 600]")
    parser.add_argument(
        "--target", choices=sorted(TARGETS), action="append", help="repeat for more"
    )
    options = parser.parse_args()
    failed = False
    for name in options.target or TARGETS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzzing.one", name, str(options.seconds)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        failed |= done.returncode != 0
        told = done.stdout.strip() or f"{name}: its process ended with {done.returncode}"
        click.echo(told if done.returncode == 0 else f"{told}\n{done.stderr[-2000:]}")
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
