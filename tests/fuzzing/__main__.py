"""Fuzzes each target for some seconds, in a process of its own.

    python -m tests.fuzzing [--seconds 600] [--target html] ...

The corpus is in tests/data/fuzzing/<target>/. An input that a target stumbles over, or that kills
its process, is kept there, so that tests/fuzzing/test_fuzzing.py fails until it is mended. Prints a
line a target; the exit status is 1 if any stumbled.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

import click

from tests.conftest import ROOT
from tests.fuzzing.targets import TARGETS


def main() -> None:
    """Fuzz the targets that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=600, help="of each [default: 600]")
    parser.add_argument(
        "--target", choices=sorted(TARGETS), action="append", help="repeat for more"
    )
    options = parser.parse_args()
    stumbled = False
    for name in options.target or TARGETS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzzing.one", name, str(options.seconds)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        stumbled |= done.returncode != 0
        told = done.stdout.strip() or f"{name}: its process ended with {done.returncode}"
        click.echo(told if done.returncode == 0 else f"{told}\n{done.stderr[-2000:]}")
    sys.exit(int(stumbled))


if __name__ == "__main__":
    main()
