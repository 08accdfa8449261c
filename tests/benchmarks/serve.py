"""Pincite's service and txtai's, asked in turn: questions a second, latency, start and memory.

    python -m tests.benchmarks.serve [--json FILE] [--txtai-python PYTHON] [--rounds 3]

Both answer the same questions of shared/data/squad2 over the same passages by the same model. Each
question is asked of a service once, so that no cache answers it. The encoder's own limit is
measured in between, on the questions that one client asks. Without --txtai-python, txtai is
installed into a virtual environment in the user's cache, which takes a gigabyte.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from index import DEFAULT_MODEL, LiveIndex, ModelEncoders, locate_model
from tests.benchmarks import squad2, txtai
from tests.benchmarks.load import Load, ask
from tests.benchmarks.processes import Running, Service, in_a_process, running
from tests.benchmarks.report import Row, print_table, write_json

CLIENTS = {1: 0.2, 8: 0.3, 32: 0.5}  # and the share of the questions that so many of them ask
PEER = "txtai"
_STARTS = 3
_WARM_UP = 150  # questions that each service is asked before those that count
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Encoded:
    """The encoder alone: milliseconds of each question, and questions a second in batches."""

    milliseconds: list[float]
    rate: float


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured at one time: the services, by name and clients, and the encoder."""

    loads: dict[tuple[str, int], Load]
    encoded: Encoded


def main() -> None:
    """Build both indexes, ask both services and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--txtai-python", type=Path, help="a Python that has txtai")
    parser.add_argument("--rounds", type=int, default=3, help="[default: 3]")
    options = parser.parse_args()
    python = options.txtai_python or txtai.environment(user_cache_path("pincite-txtai"))
    with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
        folder = Path(temporary)
        squad2.build(folder)
        txtai.build(python, folder / PEER, squad2.passages(folder))

        def services() -> list[Service]:
            return [squad2.service(folder), txtai.service(python, folder / PEER)]

        starts = start_rows(services)
        rounds = ask_in_turn(services(), folder / "index", options.rounds)
    tables = {
        f"start to first answer, and memory then: median of {_STARTS}": starts,
        "questions, each asked once": load_rows(rounds),
        "the encoder alone": [encoder_row(rounds)],
    }
    for title, rows in tables.items():
        print_table(title, rows)
    if options.json:
        write_json(options.json, [row for rows in tables.values() for row in rows])


def start_rows(services: Callable[[], list[Service]]) -> list[Row]:
    """Start each service some times in turn, and return what it takes until its first answer."""
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(_STARTS):
        for service in services():
            with running(service, squad2.questions()[0]) as one:
                figures = {"start_s": one.start_s, **one.memory()}
            found.setdefault(service.name, []).append(figures)
    return [
        {
            "service": name,
            **{key: float(np.median([one[key] for one in taken])) for key in taken[0]},
        }
        for name, taken in found.items()
    ]


def ask_in_turn(services: Sequence[Service], index: Path, rounds: int) -> list[Round]:
    """Ask every service the same questions, in turn, and the encoder those of one client."""
    every = squad2.questions()
    warm_up, rest = every[:_WARM_UP], iter(every[_WARM_UP:])
    share = (len(every) - _WARM_UP) // rounds
    found = []
    with ExitStack() as stack:
        started = [stack.enter_context(running(one, warm_up[0])) for one in services]
        for one in started:
            for clients in CLIENTS:
                in_a_process(ask, one.service.address, warm_up, clients)
        for _ in range(rounds):
            slices = {
                clients: list(islice(rest, int(share * part))) for clients, part in CLIENTS.items()
            }
            found.append(_ask_round(started, slices, index))
            started.reverse()
    return found


def _ask_round(started: Sequence[Running], slices: dict[int, list[str]], index: Path) -> Round:
    loads = {
        (one.service.name, clients): in_a_process(ask, one.service.address, questions, clients)
        for clients, questions in slices.items()
        for one in started
    }
    return Round(loads, in_a_process(encode, index, slices[1]))


def encode(index: Path, questions: Sequence[str]) -> Encoded:
    """Embed questions one by one, then in batches, after some that do not count."""
    model = locate_model(DEFAULT_MODEL)
    generation = LiveIndex(index, model).generation
    embedder = ModelEncoders(model, "auto", print).reopen(generation)
    batches = [questions[place : place + _BATCH] for place in range(0, len(questions), _BATCH)]
    for question in squad2.questions()[:_WARM_UP]:
        embedder.embed_questions([question])
    for batch in batches:
        embedder.embed_questions(batch)
    milliseconds = []
    for question in questions:
        began = time.perf_counter()
        embedder.embed_questions([question])
        milliseconds.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    for batch in batches:
        embedder.embed_questions(batch)
    return Encoded(milliseconds, len(questions) / (time.perf_counter() - began))


def load_rows(rounds: Sequence[Round]) -> list[Row]:
    """Return what each number of clients found of each service, and how it compares."""
    rows: list[Row] = []
    for clients in CLIENTS:
        peer = _rate(rounds, PEER, clients)
        for name in ("pincite", PEER):
            times = [one for found in rounds for one in found.loads[name, clients].milliseconds]
            p50, p99 = np.percentile(times, [50, 99])
            rate = _rate(rounds, name, clients)
            rows.append(
                {
                    "clients": clients,
                    "service": name,
                    "questions": len(times),
                    "questions_per_s": rate,
                    "p50_ms": float(p50),
                    "p99_ms": float(p99),
                    "p99_to_p50": float(p99 / p50),
                    "times_txtai": rate / peer,
                }
            )
    return rows


def encoder_row(rounds: Sequence[Round]) -> Row:
    """Return the encoder's limits, and how near a service with one client comes to them."""
    p50 = float(np.median([one for found in rounds for one in found.encoded.milliseconds]))
    served = [one for found in rounds for one in found.loads["pincite", 1].milliseconds]
    return {
        "p50_ms": p50,
        "batched_per_s": float(np.median([found.encoded.rate for found in rounds])),
        "pincite_p50_to_encoder_p50": float(np.median(served)) / p50,
    }


def _rate(rounds: Sequence[Round], name: str, clients: int) -> float:
    loads = [found.loads[name, clients] for found in rounds]
    return sum(len(one.milliseconds) for one in loads) / sum(one.seconds for one in loads)


if __name__ == "__main__":
    main()
