"""Finds the kind of FAISS index that is fastest at the same recall.

    python -m tests.benchmarks.vectors [--json FILE] [--sizes 10000,50000,100000]

The vectors of passages are composed as in tests/benchmarks/composed.py; questions are real. Each
kind searches on one thread, as far as it must to find 0.99 of the exact top 50. The passages that
it finds are then compared by the stored vectors, as in index/vectors/faiss_index.py.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index import BeirCorpus, read_questions
from index.embedding.embedder import Vectors
from tests.benchmarks.composed import SOURCE, read_sentences
from tests.benchmarks.report import Row, print_table, write_json

SIZES = "10000,50000,100000"
RECALL = 0.99
TOP, _ASKED = 50, 200


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index: FAISS's name, the parameter of its depth, and how many it compares again."""

    name: str
    effort: str | None
    taken: int

    def factory(self, vectors: int) -> str:
        return self.name.format(lists=round(4 * vectors**0.5))


@dataclass(frozen=True, slots=True)
class Reached:
    """The depth of a search, its recall, and the seconds of each question."""

    effort: int
    recall: float
    seconds: NDArray[np.float64]


LISTS = Kind("IVF{lists},SQ8", "nprobe", 100)
KINDS = (
    Kind("Flat", None, 50),
    Kind("SQfp16", None, 50),
    Kind("HNSW32_SQ8", "efSearch", 100),
    LISTS,
    Kind("IVF{lists},RaBitQ", "nprobe", 800),
)


def main() -> None:
    """Measure every kind at every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--sizes", default=SIZES, help=f"vectors [default: {SIZES}]")
    parser.add_argument("--keep", type=Path, help="keep the sentences' vectors in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        real, recipe = read_sentences(folder / "sentences.npy")
        embedder = recipe.encoders.choose(list)
        asked = read_questions(SOURCE, BeirCorpus(SOURCE).ids)[:_ASKED]
        questions = embedder.embed_questions([one.text for one in asked])
        abstracts = [np.stack([real.vectors[one] for one in texts]) for texts in real.abstracts]
    rows = [
        row
        for size in options.sizes.split(",")
        for row in measure(compose(abstracts, int(size)), questions)
    ]
    print_table("vectors", rows)
    if options.json:
        write_json(options.json, rows)


def compose(abstracts: list[Vectors], size: int) -> Vectors:
    """Return vectors of composed passages: means of five sentences, one of another abstract."""
    choice = np.random.default_rng(0)
    every = np.concatenate(abstracts)
    rows = np.stack(
        [
            (own := abstracts[choice.integers(len(abstracts))])[
                choice.integers(len(own), size=4)
            ].sum(axis=0)
            + every[choice.integers(len(every))]
            for _ in range(size)
        ]
    )
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def measure(vectors: Vectors, questions: Vectors) -> Iterator[Row]:
    """Yield a row for each kind of index over `vectors`."""
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(vectors)
    wanted = exact.search(questions, TOP)[1]
    for kind in KINDS:
        began = time.perf_counter()
        index = make_index(kind, vectors)
        built = time.perf_counter() - began
        reached = reach(index, kind, questions, wanted)
        yield {
            "vectors": len(vectors),
            "index": kind.factory(len(vectors)),
            "build_s": built,
            "bytes_each": len(faiss.serialize_index(index)) / len(vectors),
            "effort": reached.effort,
            "recall": reached.recall,
            "p50_ms": float(np.median(reached.seconds)) * 1000,
        }


def make_index(kind: Kind, vectors: Vectors) -> faiss.Index:
    """Return an index of a kind over `vectors`."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    name = kind.factory(len(vectors))
    index = faiss.index_factory(vectors.shape[1], name, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    return index


def reach(index: faiss.Index, kind: Kind, questions: Vectors, wanted: NDArray[np.int64]) -> Reached:
    """Search on one thread, as far as RECALL needs."""
    faiss.omp_set_num_threads(1)
    effort, most = 1, 4096
    while True:
        if kind.effort:
            faiss.ParameterSpace().set_index_parameter(index, kind.effort, effort)
        found = index.search(questions, kind.taken)[1]
        shares = [np.isin(one, other).mean() for one, other in zip(wanted, found, strict=True)]
        if kind.effort is None or np.mean(shares) >= RECALL or effort >= most:
            break
        effort += 1 + effort // 3
    times = []
    for question in questions:
        began = time.perf_counter()
        index.search(question.reshape(1, -1), kind.taken)
        times.append(time.perf_counter() - began)
    return Reached(effort, float(np.mean(shares)), np.array(times))


if __name__ == "__main__":
    main()
