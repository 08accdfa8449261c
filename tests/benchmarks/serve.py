"""Compares Pincite with txtai: questions per second, latency, start and memory.

    python -m tests.benchmarks.serve [--json FILE] [--txtai-python PYTHON] [--rounds 3]

Both answer the same questions of shared/data/squad2 over the same passages with the same model, in
turn. Each service gets a question once, so that no cache answers it. In between, the encoder alone
embeds the questions that one client asks, which is the limit of the service's speed. Without
--txtai-python, txtai is installed into a virtual environment in the user's cache, which takes a
gigabyte.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import DEFAULT_MODEL, IndexFolder, LiveIndex, ModelEncoders, locate_model
from tests.benchmarks import squad2, txtai
from tests.benchmarks.processes import Service, in_a_process, running
from tests.benchmarks.report import Row, print_table, write_json
from tests.benchmarks.turns import CLIENTS, Loads, ask_in_turn, summary

OURS, PEER = "pincite", "txtai"
_STARTS = 3
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Encoded:
    """The encoder alone: milliseconds of each question, and questions a second in batches."""

    milliseconds: list[float]
    rate: float


def main() -> None:
    """Build both indexes, ask both services and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--txtai-python", type=Path, help="a Python that has txtai")
    parser.add_argument("--rounds", type=int, default=3, help="[default: 3]")
    options = parser.parse_args()
    python = txtai.python_with_txtai(options.txtai_python)
    with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
        folder = Path(temporary)
        squad2.build(folder)
        txtai.build(python, folder / PEER, squad2.passages(folder))

        def services() -> list[Service]:
            return [squad2.service(folder), txtai.service(python, folder / PEER)]

        encoded: list[Encoded] = []

        def encode_apart(questions: list[str]) -> None:
            encoded.append(in_a_process(encode, folder / "index", questions))

        starts = start_rows(services)
        loads = ask_in_turn(services(), options.rounds, encode_apart)
    tables = {
        f"start to first answer, and memory then: median of {_STARTS}": starts,
        "questions, each asked once": load_rows(loads),
        "the encoder alone": [encoder_row(encoded, loads)],
    }
    for title, rows in tables.items():
        print_table(title, rows)
    if options.json:
        write_json(options.json, [row for rows in tables.values() for row in rows])


def start_rows(services: Callable[[], list[Service]]) -> list[Row]:
    """Start each service several times in turn; return the seconds until its first answer."""
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


def encode(index: Path, questions: Sequence[str]) -> Encoded:
    """Embed questions one by one, then in batches, after a warm-up that does not count."""
    model = locate_model(DEFAULT_MODEL)
    generation = LiveIndex(IndexFolder(index), model).generation
    embedder = ModelEncoders(model, "auto", print).reopen(generation)
    batches = [questions[place : place + _BATCH] for place in range(0, len(questions), _BATCH)]
    for question in squad2.questions()[: squad2.WARM_UP]:
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


def load_rows(loads: Loads) -> list[Row]:
    """Return a row for each service and number of clients, compared with the other service."""
    rows: list[Row] = []
    for clients in CLIENTS:
        found = {name: summary(loads[name, clients]) for name in (OURS, PEER)}
        peer = float(found[PEER]["questions_per_s"])
        rows += [
            {
                "clients": clients,
                "service": name,
                **one,
                "times_txtai": float(one["questions_per_s"]) / peer,
            }
            for name, one in found.items()
        ]
    return rows


def encoder_row(encoded: Sequence[Encoded], loads: Loads) -> Row:
    """Return the speed of the encoder alone, and the share of it that one client gets."""
    p50 = float(np.median([one for found in encoded for one in found.milliseconds]))
    served = float(summary(loads[OURS, 1])["p50_ms"])
    return {
        "p50_ms": p50,
        "batched_per_s": float(np.median([found.rate for found in encoded])),
        "pincite_p50_to_encoder_p50": served / p50,
    }


if __name__ == "__main__":
    main()
