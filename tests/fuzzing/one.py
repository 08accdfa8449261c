"""The corpus of one target, and the process that fuzzes it."""

from __future__ import annotations

import hashlib
import resource
import signal
import sys
import time
from pathlib import Path

import click
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzzing.mutation import mutated, mutated_archives
from tests.fuzzing.targets import ARCHIVES, TARGETS

CORPUS = Path(__file__).parent.parent / "data" / "fuzzing"
_TRIAL = "trial"  # the current input
_ROUND = 200  # inputs of one seed
_SECONDS = 30  # for one input; a build gives a file 60
_MEMORY = 6 << 30  # bytes of addresses


def corpus(name: str) -> list[Path]:
    """Return the inputs of a target's corpus."""
    return sorted(path for path in (CORPUS / name).iterdir() if path.name != _TRIAL)


def fuzz(name: str, inputs: int, number: int, *, keep: Path | None = None) -> None:
    """Give a target so many inputs; the same `number` makes the same inputs.

    Each is written to `keep` before it is tried, so an input that kills the process is kept.
    """
    seeds = [path.read_bytes() for path in corpus(name)]
    make = mutated_archives if name in ARCHIVES else mutated

    @seed(number)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if keep else [Phase.generate],
    )
    @given(make(seeds))
    def check(content: bytes) -> None:
        if keep:
            keep.write_bytes(content)
            signal.alarm(_SECONDS)
        TARGETS[name](content)

    check()


def main() -> None:
    """Fuzz the given target for so many seconds."""
    name, seconds = sys.argv[1], float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGALRM, _too_slow)
    began, rounds = time.monotonic(), 0
    trial = CORPUS / name / _TRIAL
    try:
        while time.monotonic() - began < seconds:
            rounds += 1
            fuzz(name, _ROUND, time.time_ns(), keep=trial)
    except BaseException:
        digest = hashlib.sha256(trial.read_bytes()).hexdigest()[:12]
        trial.rename(trial.with_name(f"found-{digest}"))
        raise
    trial.unlink()
    click.echo(f"{name}: {rounds * _ROUND} inputs in {time.monotonic() - began:.0f} s, none failed")


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"an input took over {_SECONDS} s")


if __name__ == "__main__":
    main()
