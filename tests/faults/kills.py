"""Kills a process at random moments, and before each call that changes the disk.

    python -m tests.faults.kills [--times 500] [--seed 0] [--before fsync] ...

First it kills at random moments, then before each occurrence of each call. 500 kills take half an
hour; they may be divided into several runs with different seeds.
"""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.faults.killed import Child, can_trace, traced
from tests.faults.steps import STEPS, check, check_recovery, prepare

# the calls that change the disk; strace counts each call and each thread separately
CALLS = (
    "fsync", "fdatasync", "rename", "renameat", "write", "pwrite64", "mkdir", "link",
    "unlink", "unlinkat", "rmdir",
)  # fmt: skip


class Ground:
    """A folder in which the steps are done again and again from the same state."""

    def __init__(self, folder: Path) -> None:
        self._begin = folder / "begin"
        self._folder = folder / "now"
        self._log = folder / "trace"
        prepare(self._begin)

    def kill_after(self, seconds: float) -> int | None:
        """Kill after some seconds and check what is left; return the number of steps done.

        None means that all of them were done before.
        """
        child = self._start()
        child.begin()
        time.sleep(seconds)
        child.kill()
        return self._end(child)

    def kill_before(self, call: str, number: int) -> int | None:
        """Do the same before a thread makes one of CALLS for the nth time, n being `number`."""
        child = self._start()
        inject = f"inject=?{call}:signal=KILL:when={number}"
        with traced(child, self._log, ["-e", f"trace=?{call}", "-e", inject]):
            child.begin()
            return self._end(child)

    def count(self, call: str) -> int:
        """Return how often the thread with the most such calls makes the call."""
        child = self._start()
        with traced(child, self._log, ["-e", f"trace=?{call}"]):
            child.begin()
            assert child.end() == (0, len(STEPS))
        calls = [line.split() for line in self._log.read_text().splitlines()]
        threads = Counter(thread for thread, what, *_ in calls if what[0].isalpha())
        return max(threads.values(), default=0)

    def duration(self) -> float:
        """Return the seconds that all steps take without a kill."""
        child = self._start()
        began = time.perf_counter()
        child.begin()
        assert child.end() == (0, len(STEPS))
        return time.perf_counter() - began

    def _start(self) -> Child:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._begin, self._folder)
        return Child(self._folder)

    def _end(self, child: Child) -> int | None:
        status, done = child.end()
        if status == 0:
            assert done == len(STEPS)
            return None
        assert status == -signal.SIGKILL, status
        check(self._folder, done)
        check_recovery(self._folder)
        return done


def kill_at_random(ground: Ground, times: int, seed: int) -> Counter[int]:
    """Kill so many times; return the number of kills by the number of steps done before."""
    chance = random.Random(seed)
    took = ground.duration()
    found: Counter[int] = Counter()
    while found.total() < times:
        done = ground.kill_after(chance.uniform(0, took))
        if done is not None:
            found[done] += 1
    return found


def kill_in_turn(ground: Ground, call: str) -> int:
    """Kill before the first occurrence of a call, then before the second, and so on to the last."""
    number = 0
    while ground.kill_before(call, number + 1) is not None:
        number += 1
    return number


def kill_here_and_there(ground: Ground, call: str, times: int) -> tuple[int, int]:
    """Kill before some occurrences of a call; return how many, and how many kills happened."""
    count = ground.count(call)
    numbers = {1 + (count - 1) * place // times for place in range(times if count else 0)}
    fired = [ground.kill_before(call, number) is not None for number in sorted(numbers)]
    return len(fired), sum(fired)


@click.command()
@click.option("--times", default=500, show_default=True, help="Kills at random moments.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--before", type=click.Choice(["none", *CALLS]), multiple=True, default=CALLS,
    help="Repeat for more. [default: all]",
)  # fmt: skip
def main(times: int, seed: int, before: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        if times:
            found = kill_at_random(ground, times, seed)
            steps = ", ".join(f"{found[done]} after {done} steps" for done in sorted(found))
            click.echo(f"{times} kills at random moments, nothing lost ({steps})")
        calls = [call for call in before if call != "none"]
        if calls and not can_trace():
            click.echo("no kills before calls: strace is not installed, or may not trace here")
            return
        for call in calls:
            click.echo(f"{kill_in_turn(ground, call)} kills before each {call}, nothing lost")


if __name__ == "__main__":
    main()
