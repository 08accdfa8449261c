"""Estimates ten million, a hundred million and a billion passages on a cluster of Milvus.

    python -m tests.benchmarks.beyond [--json FILE] [--documents 250,500,1000,2000]
        [--searched 25000,50000,100000,200000]

It measures the bytes of a passage, the rate of embedding on one core, and each stage of a question
that runs on a core of this machine. As a check, it predicts the figures of the largest size from
the smaller ones, and a real queue of two shards from single searches. Then
tests/benchmarks/capacity.py computes and simulates the sizes that do not fit on this machine. It
does not measure Milvus itself: it assumes that searches of a segment cost as much as FAISS's lists
and tantivy's postings, and that the network has round trips of half a millisecond and 10 Gbit/s.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.generation.folder import open_generation
from tests.benchmarks.capacity import (
    NODES,
    SERVICE,
    Cluster,
    Measured,
    Plan,
    Power,
    Stage,
    fit_line,
    fit_power,
    plan,
    simulate,
)
from tests.benchmarks.passage_costs import (
    Part,
    Searched,
    build_parts,
    embedding_rate,
    terms_of_a_passage,
    time_searches,
    time_stages,
    time_words,
)
from tests.benchmarks.report import Row, print_table, write_json
from tests.benchmarks.vectors import TOP

SIZES = {10_000_000: "10 million", 100_000_000: "100 million", 1_000_000_000: "a billion"}
# bytes of a vector of 384 numbers in a query node's memory, by Milvus's kind of index
MEMORY = {"HNSW, 32 bits": 1536.0, "IVF_RABITQ and SQ8": 48.0 + 384.0, "DISKANN, an eighth": 192.0}
CHOSEN = "IVF_RABITQ and SQ8"
SEGMENTS = {"1 GB": 1024 * 2.0**20, "16 GB": 16_384 * 2.0**20}
_QUESTIONS = 3000  # of a simulation
_LOAD = 0.5  # share of what the bottleneck can serve
_SHARDS, _QUEUED = 2, 400  # of the queue that runs here, and its questions


def main() -> None:
    """Measure, check, work out and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--documents", default="250,500,1000,2000", help="of SciFact")
    parser.add_argument("--searched", default="25000,50000,100000,200000", help="passages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        parts = build_parts(folder, [int(one) for one in options.documents.split(",")])
        generation = open_generation(folder)
        rate = embedding_rate(generation)
        stages, carried = time_stages(generation)
        searched = [int(one) for one in options.searched.split(",")]
        words = time_words(generation, folder, searched)
        searches = time_searches(generation, searched)
        terms = terms_of_a_passage(generation)
    grown = {"words": words, "vector": [one.seconds for one in searches]}
    checks = [*check_growth(parts, searched, grown), *check_queues(searches[-1])]
    measured = Measured(
        made=parts[-1].vectors / parts[-1].passages,
        embedded=rate,
        row=_each([one.milvus for one in parts], parts),
        read=carried,
        terms=terms,
        nearest=_growth(searched, grown["vector"]),
        words=_growth(searched, grown["words"]),
        spread=(searches[-1].seconds / np.median(searches[-1].seconds)).tolist(),
        service=stages,
    )
    plans = [
        (segment, plan(size, measured, Cluster(MEMORY[CHOSEN], segment_bytes=SEGMENTS[segment])))
        for segment in SEGMENTS
        for size in SIZES
    ]
    tables: dict[str, Sequence[Row]] = {
        "Measured": [*show_measured(measured, parts), *show_searches(searched, grown)],
        "Predicted from what is smaller, and measured": checks,
        f"Sizes, by {CHOSEN}": [show_size(found) for _, found in plans[: len(SIZES)]],
        "Memory of vectors, GB": [
            {"index": kind} | {name: size * each / 1e9 for size, name in SIZES.items()}
            for kind, each in MEMORY.items()
        ],
        f"Questions of one replica, ms, at {_LOAD:.0%} of what they bear": [
            show_question(segment, found) for segment, found in plans
        ],
    }
    for title, rows in tables.items():
        print_table(title, rows)
    if options.json:
        write_json(
            options.json,
            [{"table": title, **row} for title, rows in tables.items() for row in rows],
        )


def _each(figures: Sequence[float], parts: Sequence[Part]) -> float:
    return fit_line([one.passages for one in parts], figures).each


def _growth(sizes: Sequence[int], seconds: Sequence[NDArray[np.float64]]) -> Power:
    return fit_power(sizes, [float(np.median(one)) for one in seconds])


def check_growth(
    parts: Sequence[Part],
    searched: Sequence[int],
    grown: Mapping[str, Sequence[NDArray[np.float64]]],
) -> list[Row]:
    """Predict the figures of the largest size from the smaller ones."""
    last, rows = parts[-1], []
    for name, found in (
        ("an index here", [one.here / 1e6 for one in parts]),
        ("its rows in Milvus", [one.milvus / 1e6 for one in parts]),
    ):
        line = fit_line([one.passages for one in parts[:-1]], found[:-1])
        figure = f"{name}, of {last.passages:,} passages, MB"
        rows.append(_checked(figure, line.at(last.passages), found[-1]))
    for name, seconds in grown.items():
        predicted = _growth(searched[:-1], seconds[:-1]).at(searched[-1])
        figure = f"{name}, over {searched[-1]:,}, ms"
        rows.append(_checked(figure, predicted * 1000, float(np.median(seconds[-1])) * 1000))
    return rows


def check_queues(searched: Searched) -> list[Row]:
    """Simulate questions to two shards of this machine, from the times of each shard alone."""
    shards = [ThreadPoolExecutor(1) for _ in range(_SHARDS)]

    def ask(number: int) -> list[Future[tuple[float, float]]]:
        question = searched.questions[[number % len(searched.questions)]]

        def search() -> tuple[float, float]:
            began = time.perf_counter()
            searched.exact.search(question, TOP)
            return began, time.perf_counter()

        return [one.submit(search) for one in shards]

    faiss.omp_set_num_threads(1)
    alone = [one.result() for number in range(_QUEUED) for one in ask(number)]
    seconds = [ended - began for began, ended in alone]
    rows = []
    for load in (0.3, 0.6):
        rate = load / float(np.mean(seconds))
        came, asked = [], []
        due = time.perf_counter()
        for number, pause in enumerate(np.random.default_rng(1).exponential(1 / rate, _QUEUED)):
            due += pause
            time.sleep(max(due - time.perf_counter(), 0))
            came.append(due)
            asked.append(ask(number))
        took = [
            max(one.result()[1] for one in each) - at for at, each in zip(came, asked, strict=True)
        ]
        stage = Stage("search", NODES, _SHARDS, seconds)
        simulated = simulate([stage], {NODES: 1}, rate, _QUESTIONS)["all"]
        for part in (50, 95):
            name = f"two shards at {load:.0%}, p{part}, ms"
            predicted, found = (float(np.percentile(one, part)) for one in (simulated, took))
            rows.append(_checked(name, predicted * 1000, found * 1000))
    for one in shards:
        one.shutdown()
    return rows


def _checked(name: str, predicted: float, measured: float) -> Row:
    error = f"{predicted / measured - 1:+.1%}"
    return {"figure": name, "predicted": predicted, "measured": measured, "error": error}


def show_measured(measured: Measured, parts: Sequence[Part]) -> list[Row]:
    """Return the measurements, one figure in each row."""
    rows: list[Row] = [
        {"figure": "vectors made of a passage", "value": measured.made},
        {"figure": "vectors that one thread embeds a second", "value": measured.embedded},
        {"figure": "bytes of a passage in Milvus", "value": measured.row},
        {"figure": "bytes of a passage here", "value": _each([one.here for one in parts], parts)},
        {"figure": "different terms of a passage", "value": measured.terms},
        {"figure": "bytes that a question reads of candidates", "value": measured.read},
        {"figure": "a search of words grows with the power", "value": measured.words.exponent},
        {"figure": "a search of vectors grows with the power", "value": measured.nearest.exponent},
    ]
    for name, seconds in measured.service.items():
        p50 = float(np.median(seconds)) * 1000
        rows.append({"figure": f"{name}, of {parts[-1].passages:,}, ms", "value": p50})
    return rows


def show_searches(
    searched: Sequence[int], grown: Mapping[str, Sequence[NDArray[np.float64]]]
) -> list[Row]:
    """Return the time of a search by size."""
    return [
        {"figure": f"{name}, over {size:,}, ms", "value": float(np.median(one)) * 1000}
        for name, seconds in grown.items()
        for size, one in zip(searched, seconds, strict=True)
    ]


def show_size(found: Plan) -> Row:
    """Return the size of a corpus as a row."""
    return {
        "passages": SIZES[found.passages],
        "rows, GB": found.stored / 1e9,
        "in memory, GB": found.in_memory / 1e9,
        "nodes of 64 GB": found.nodes,
        "vectors made, millions": found.made / 1e6,
        "embedding, core-hours": found.core_hours,
        "hours on 64 cores": found.core_hours / 64,
    }


def show_question(segment: str, found: Plan) -> Row:
    """Return the median time of questions by stage and in total."""
    slots = {SERVICE: Cluster(0).service_cores, NODES: 1}
    took = simulate(found.stages, slots, _LOAD * found.most, _QUESTIONS)
    row: dict[str, str | int | float] = {
        "passages": SIZES[found.passages],
        "segment": segment,
        "segments": found.segments,
    }
    row |= {name: float(np.median(times)) * 1000 for name, times in took.items()}
    row["p99"] = float(np.percentile(took["all"], 99)) * 1000
    return row | {"most a second": found.most, "limit": found.bottleneck}


if __name__ == "__main__":
    main()
