"""Ten times the load that the service can answer, and clients that attack it.

    python -m tests.faults.overload [--seconds 20] [--pairs 0 [--apart]] [--documents FOLDER]
                                    [--fake]

Prints a line for each load, alone, under attack and afterwards: how many questions are answered
and refused per second, how long /healthz takes, and the memory of the service; the exit status is
1 if a request got no reply or a wrong one. With `--pairs`, only
the most that the service answers and what it answers of ten times that, so many times in turn, so
that other load on the machine changes both alike. With `--apart`, service and clients have a
processor each.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click

from tests.conftest import ROOT
from tests.faults.clients import Replies, holding, percentile, probe
from tests.faults.flood import flood
from tests.server import Running, running

_LINES = b"Host: localhost\r\nContent-Type: application/json\r\n"
_SLOW_BODY = b"POST /ask HTTP/1.1\r\n" + _LINES + b"Content-Length: 50\r\n\r\n{"
_HUGE_BODY = b"POST /ask HTTP/1.1\r\n" + _LINES + b"Content-Length: 1000000000\r\n\r\n"
# name: how many connections, and the bytes that each sends before it falls silent
ATTACKS = {
    "idle sockets": (500, b""),
    "slow headers": (500, b"GET /ask?q=x HTTP/1.1\r\nHost: localh"),
    "slow bodies": (500, _SLOW_BODY),
    "huge bodies": (100, _HUGE_BODY + b"{" * 60_000),
    "readers that do not read": (300, b"GET /documents?limit=1000 HTTP/1.1\r\n" + _LINES + b"\r\n"),
}
_CLIENTS = 64  # as many as get the most answers per second
_MANY = 400


@dataclass(frozen=True, slots=True)
class Figures:
    """The measurements under one load; times in milliseconds, memory in MB.

    `answered_per_cpu_s` is per second of the service's own processor time, which other processes do
    not change. `clients_cpu` is the share of one processor that the clients take.
    """

    load: str
    answered_per_s: float
    answered_per_cpu_s: float
    refused_per_s: float
    failed: int
    told_when: bool
    healthz_failed: int
    healthz_p50: float
    healthz_p99: float
    rss_mb: float
    threads: int
    clients_cpu: float


def _measure(
    processes: ProcessPoolExecutor,
    service: Running,
    load: str,
    seconds: float,
    *,
    rate: float | None = None,
    words: str = "",
) -> Figures:
    """Ask as fast as some clients can, or at a rate, and request /healthz meanwhile."""
    connections = _CLIENTS if rate is None else _MANY
    before = service.processor_seconds()
    asking = processes.submit(flood, service.port, connections, seconds, rate, words or load)
    looking = processes.submit(_probe, service.port, seconds)
    replies, health = asking.result(), looking.result()
    return Figures(
        load=load,
        answered_per_s=round(replies.per_second(), 1),
        answered_per_cpu_s=round(replies.statuses[200] / (service.processor_seconds() - before), 1),
        refused_per_s=round(replies.refused() / replies.seconds, 1),
        failed=sum(replies.statuses.values()) - replies.statuses[200] - replies.refused(),
        told_when=replies.told_when == replies.refused() - replies.statuses[422],
        healthz_failed=sum(health.statuses.values()) - health.statuses[200],
        healthz_p50=round(percentile(health.milliseconds, 0.5), 1),
        healthz_p99=round(percentile(health.milliseconds, 0.99), 1),
        rss_mb=service.memory_mb(),
        threads=service.threads(),
        clients_cpu=round(replies.processor_seconds / replies.seconds, 2),
    )


def attack(service: Running, seconds: float) -> Iterator[Figures]:
    """Yield the measurements alone, under each attack, and afterwards."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        measure = partial(_measure, processes, service)
        measure("warm", seconds / 4)
        yield (alone := measure("alone", seconds))
        yield measure("ten times the load", seconds, rate=10 * alone.answered_per_s)
        yield measure("at rest", seconds / 2)
        yield measure("10,000 characters", seconds / 2, words="lava " * 2000)
        for name, (connections, start) in ATTACKS.items():
            with ExitStack() as stack:
                with contextlib.suppress(ConnectionError):
                    stack.enter_context(holding(service.port, connections, start))
                yield measure(name, seconds / 2)
        yield measure("afterwards", seconds)


def compare(
    service: Running, seconds: float, pairs: int, *, apart: bool
) -> Iterator[tuple[Replies, Replies]]:
    """Yield the replies to as much load as is answered, and to ten times that, in turn.

    Each load lasts `seconds`, or longer where the service is so slow that ten times its load would
    hardly fill its queue in that time. With `apart`, the service has one processor to itself, and
    the clients another.
    """
    processors = os.sched_getaffinity(0)
    if apart:
        service.hold_to(processors.pop())
    with ProcessPoolExecutor(
        1, get_context("spawn"), initializer=os.sched_setaffinity, initargs=(0, processors)
    ) as processes:

        def ask(clients: int, rate: float | None, words: str, seconds: float = seconds) -> Replies:
            return processes.submit(flood, service.port, clients, seconds, rate, words).result()

        warm = ask(_CLIENTS, None, "warm")
        ask = partial(ask, seconds=max(seconds, _CLIENTS / 2 / warm.per_second()))
        for number in range(pairs):
            alone = ask(_CLIENTS, None, f"alone {number}")
            yield alone, ask(_MANY, 10 * alone.per_second(), f"ten times {number}")


def _probe(port: int, seconds: float) -> Replies:
    return asyncio.run(probe(port, "/healthz", seconds))


def main() -> None:
    """Start a service, attack it, and print the measurements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=20, help="of each load [default: 20]")
    parser.add_argument("--pairs", type=int, default=0, help="only compare, this many times")
    parser.add_argument("--apart", action="store_true", help="with --pairs: a processor each")
    parser.add_argument("--documents", type=Path, default=ROOT / "documents")
    parser.add_argument("--fake", action="store_true", help="with the fake model")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="pincite-") as folder,
        running(Path(folder), documents=options.documents, fake=options.fake) as service,
    ):
        if not options.pairs:
            failed = 0
            for figures in attack(service, options.seconds):
                click.echo(json.dumps(asdict(figures)))
                failed += figures.failed + figures.healthz_failed
            sys.exit(int(failed > 0))
        ratios = []
        for alone, over in compare(service, options.seconds, options.pairs, apart=options.apart):
            ratios.append(over.per_second() / alone.per_second())
            click.echo(
                f"{alone.per_second():.0f}/s alone; of ten times that {over.per_second():.0f}/s "
                f"answered and {over.refused() / over.seconds:.0f} refused; "
                f"ratio {ratios[-1]:.2f}, clients took "
                f"{over.processor_seconds / over.seconds:.2f} of a processor"
            )
        click.echo(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
