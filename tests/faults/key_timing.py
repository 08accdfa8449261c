"""Whether the time of a refusal tells how much of a key was guessed.

    python -m tests.faults.key_timing [--times 3000]

Two kinds of wrong keys are sent in turn: some share all but the last characters with a key of the
service, some share nothing. If their times differ by more than chance, the service tells a guesser
how near a guess is.
"""

from __future__ import annotations

import http.client
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import click

from service.access.key_file import create_key
from tests.fakes import THREE, write_files
from tests.server import running

CHANCE = 5.0  # standard deviations; chance exceeds them once in two million measurements
_TAIL = 4  # characters by which a near guess differs from the key


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds that the refusals of near and of far guesses took."""

    near: Sequence[float]
    far: Sequence[float]

    @property
    def deviations(self) -> float:
        """By how many standard deviations the ranks of near guesses exceed those of far ones.

        This is the test of Mann and Whitney, which a few slow replies do not disturb.
        """
        order = sorted([(one, True) for one in self.near] + [(one, False) for one in self.far])
        ranks = sum(rank for rank, (_, is_near) in enumerate(order, 1) if is_near)
        near, far = len(self.near), len(self.far)
        mean = near * (near + far + 1) / 2
        return (ranks - mean) / sqrt(near * far * (near + far + 1) / 12)


def measure(port: int, token: str, times: int, chance: random.Random) -> Times:
    """Return the times of `times` near and as many far guesses, in an order by chance."""
    near, far = list[float](), list[float]()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(times):
        guesses = [(token[:-_TAIL] + _any(token[-_TAIL:], chance), near)]
        guesses.append((_any(token, chance), far))
        chance.shuffle(guesses)
        for guess, found in guesses:
            began = time.perf_counter()
            connection.request("GET", "/ask?q=lava", headers={"Authorization": f"Bearer {guess}"})
            reply = connection.getresponse()
            reply.read()
            found.append(time.perf_counter() - began)
            if reply.status != 401:
                raise ValueError(f"a guess got the status {reply.status}")
    connection.close()
    return Times(near, far)


def _any(text: str, chance: random.Random) -> str:
    """Return as many other letters."""
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in text)


@click.command()
@click.option("--times", default=3000, show_default=True, help="Guesses of each kind.")
def main(times: int) -> None:
    """Send near and far guesses of a key to a service, and compare their times."""
    with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
        folder = Path(temporary)
        write_files(folder / "documents", THREE)
        _, token = create_key(folder / "keys.json", "ask", "", [])
        with running(folder, settings={"PINCITE_KEYS": str(folder / "keys.json")}) as service:
            found = measure(service.port, token, times, random.Random(0))
    medians = [statistics.median(one) * 1e6 for one in (found.near, found.far)]
    click.echo(
        f"median of near guesses {medians[0]:.1f} us, of far ones {medians[1]:.1f} us; "
        f"{found.deviations:+.1f} standard deviations"
    )
    if abs(found.deviations) > CHANCE:
        raise SystemExit("the time of a refusal tells how near a guess is")


if __name__ == "__main__":
    main()
