"""Asks services the same questions in turn, so that other work on the machine slows all alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice

import numpy as np

from tests.benchmarks.load import Load, ask
from tests.benchmarks.processes import Service, in_a_process, running
from tests.benchmarks.report import Row
from tests.benchmarks.squad2 import WARM_UP, questions

CLIENTS = {1: 0.2, 8: 0.3, 32: 0.5}  # and the share of the questions that so many of them ask

Loads = dict[tuple[str, int], list[Load]]  # by a service's name and the number of clients


def ask_in_turn(
    services: Sequence[Service], rounds: int, between: Callable[[list[str]], None]
) -> Loads:
    """Ask every service each question once: a part in each round, by some clients at a time.

    `between` is called in each round with the questions that one client asks.
    """
    every = questions()
    warm_up, rest = every[:WARM_UP], iter(every[WARM_UP:])
    share = (len(every) - WARM_UP) // rounds
    loads: Loads = {(one.name, clients): [] for one in services for clients in CLIENTS}
    with ExitStack() as stack:
        for one in services:
            stack.enter_context(running(one, warm_up[0]))
            for clients in CLIENTS:
                in_a_process(ask, one.address, warm_up, clients)
        order = list(services)
        for _ in range(rounds):
            for clients, part in CLIENTS.items():
                chosen = list(islice(rest, int(share * part)))
                for one in order:
                    found = in_a_process(ask, one.address, chosen, clients)
                    loads[one.name, clients].append(found)
                if clients == 1:
                    between(chosen)
            order.reverse()
    return loads


def summary(loads: Sequence[Load]) -> Row:
    """Return the rate, the median and the 99th percentile of some loads."""
    times = [one for load in loads for one in load.milliseconds]
    p50, p99 = np.percentile(times, [50, 99])
    return {
        "questions": len(times),
        "questions_per_s": len(times) / sum(load.seconds for load in loads),
        "p50_ms": float(p50),
        "p99_ms": float(p99),
        "p99_to_p50": float(p99 / p50),
    }
