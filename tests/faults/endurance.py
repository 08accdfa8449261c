"""Accident after accident around one service, after which all must be as if there had been none.

    python -m tests.faults.endurance [--minutes 60] [--seed 0]

Each round edits documents or swaps their folder, kills one of the children, fills the disk and
empties it, or lets the clock jump; the next begins once the service has caught up. Meanwhile
questions are asked, each of which must be answered unless the service itself was killed. In the
end its answers must equal those of a fresh build, and its memory, handles, threads, children and
folders must be what they were.

The command runs itself in namespaces of its own (unshare), where it mounts a small disk.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from tests.conftest import ROOT
from tests.faults.asking import Asking
from tests.faults.ground import SUBJECTS, Ground, reply_of
from tests.faults.promises import BrokenPromise, check, wait_for
from tests.faults.resources import check_same
from tests.server import Running, running

QUESTIONS = ("What has doors?", *(f"How many doors has the {one}?" for one in SUBJECTS))

_DISK = 32 << 20  # bytes of the disk of the index
_ROUNDS = 10  # of accidents until the service is ended again; memory has time to grow
_INSIDE = "TESTS_INSIDE"  # set in the process that has namespaces of its own

ACCIDENTS: dict[str, Callable[[Ground], None]] = {
    "edits": Ground.edit,
    "swap": Ground.swap,
    "watch killed": Ground.kill_watch,
    "disk full": Ground.fill_disk,
    "run killed": Ground.kill_run,
    "clock jumps": Ground.let_clock_jump,
    "worker killed": Ground.kill_worker,
    "all killed": Ground.kill_all,
}
ENDINGS = {"worker killed", "all killed"}  # what ends the service, which is then started again


def endure(folder: Path, seconds: float, seed: int) -> Iterator[str]:
    """Yield the name of each accident once the service has caught up; then check what remains.

    Every accident happens at least once.

    Raises:
        BrokenPromise: the service did not do what it promises.
    """
    with closing(Ground(folder, seed)) as ground:
        ground.begin()
        wait_for(ground.has_caught_up, "the service does not begin")
        ground.edit()  # as many generations as there will be later
        wait_for(ground.has_caught_up, "the service does not take in the first edit")
        before = ground.resources()
        with Asking(lambda: ground.service, QUESTIONS) as asking:
            for name in _accidents(seconds):
                if name in ENDINGS:
                    check_same(before, ground.resources())
                with asking.paused() if name in ENDINGS else nullcontext():
                    ACCIDENTS[name](ground)
                wait_for(ground.has_caught_up, f"after {name}, the service does not catch up")
                yield name
            check(asking.answered > 0 and not asking.failed, f"failed: {asking.failed}")
        ground.set_clock()
        ground.edit()
        wait_for(ground.has_caught_up, "in the end, the service does not catch up")
        check_same(before, ground.resources())
        found = _answers(ground.service)
        ground.end()
        with running(folder / "fresh", documents=ground.documents) as fresh:
            for question, ours, right in zip(QUESTIONS, found, _answers(fresh), strict=True):
                check(ours == right, f"{question} A fresh build says {right}, but not {ours}")
        check(not ground.left_over(), f"left over: {ground.left_over()}")


def _accidents(seconds: float) -> Iterator[str]:
    """Yield every accident, then round after round until so many seconds have passed."""
    ends = time.monotonic() + seconds
    yield from ACCIDENTS
    for number in itertools.count(1):
        for name in ACCIDENTS:
            if time.monotonic() >= ends:
                return
            if name not in ENDINGS or number % _ROUNDS == 0:
                yield name


def _answers(service: Running) -> list[dict[str, Any]]:
    """Return the answers to all questions, without times and the name of the generation."""
    replies = [reply_of(service, "/ask", q=question, top_k="20") for question in QUESTIONS]
    return [
        {
            name: value
            for name, value in one.items()
            if name != "generation" and not name.endswith("_ms")
        }
        for one in replies
    ]


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a small disk at a new folder; this process must have a mount namespace of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "none", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@click.command()
@click.option("--minutes", default=60.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(minutes: float, seed: int) -> None:
    if _INSIDE not in os.environ:
        command = [
            "unshare", "--user", "--map-root-user", "--mount",
            sys.executable, "-m", "tests.faults.endurance",
        ]  # fmt: skip
        arguments = [f"--minutes={minutes}", f"--seed={seed}"]
        inside = os.environ | {_INSIDE: "1"}
        apart = subprocess.run([*command, *arguments], env=inside, cwd=ROOT, check=False)
        sys.exit(apart.returncode)
    began, done = time.monotonic(), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="pincite-") as name:
        folder = Path(name)
        with small_disk(folder / "disk"):
            (folder / "fresh").mkdir()
            try:
                for accident in endure(folder, minutes * 60, seed):
                    done[accident] += 1
                    click.echo(f"{time.monotonic() - began:.0f} s: {accident}")
            except BrokenPromise as broken:
                raise SystemExit(f"broken: {broken}") from broken
    counts = ", ".join(f"{number} {accident}" for accident, number in done.items())
    click.echo(f"{counts}: caught up each time; answers and resources as before")


if __name__ == "__main__":
    main()
