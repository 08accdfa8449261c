"""How embedding scales from one local worker of Ray to two, each of one thread.

    python -m tests.benchmarks.cluster [--json FILE] [--rounds 3] [--texts 10000]

Texts are sentences of SciFact's records. The clock runs from the moment at which each worker has
given a batch; what they take to start, as at every window of a build, stands beside it. One and two
are timed in turn; the best of each counts, for other work on the machine only ever takes from it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index import DEFAULT_MODEL, BeirCorpus, Cluster, ModelEncoders, locate_model
from index.embedding import AT_ONCE
from index.finding import File
from index.sentences import split_sentences
from index.spans import Spans
from tests.benchmarks.report import print_table, write_json
from tests.conftest import ROOT

SOURCE = ROOT.parent / "shared/data/scifact"


def main() -> None:
    """Time both and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--rounds", type=int, default=3, help="[default: 3]")
    parser.add_argument("--texts", type=int, default=10_000, help="[default: 10000]")
    options = parser.parse_args()
    texts = read_texts(options.texts)
    rounds = [[measure(workers, texts) for workers in (1, 2)] for _ in range(options.rounds)]
    best = {
        workers: max(found, key=lambda one: one.texts_a_second)
        for workers, found in enumerate(zip(*rounds, strict=True), start=1)
    }
    rows = [
        {
            "workers": workers,
            "seconds to start": one.start,
            "texts a second": one.texts_a_second,
            "times one": one.texts_a_second / best[1].texts_a_second,
        }
        for workers, one in best.items()
    ]
    print_table("Embedding by workers of Ray", rows)
    if options.json:
        write_json(options.json, rows)


def read_texts(count: int) -> list[str]:
    """Return sentences of the corpus."""
    corpus = BeirCorpus(SOURCE)
    return list(islice((one for file in corpus.files() for one in _cut(corpus, file)), count))


def _cut(corpus: BeirCorpus, file: File) -> list[str]:
    text = corpus.read(file).text
    return [text[span.start : span.end] for span in split_sentences(text, 0, len(text))]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds until each worker has given a batch, and the texts of each second thereafter."""

    start: float
    texts_a_second: float


def measure(workers: int, texts: list[str]) -> Measured:
    """Return how fast so many workers are; Ray itself has been started."""
    model = locate_model(DEFAULT_MODEL)
    embedder = ModelEncoders(model, "int8", print).choose(lambda: texts[:300])
    with Cluster("local", workers).spread(model, embedder) as batches:
        spans: list[Spans] = [()] * len(texts)
        few = 2 * AT_ONCE
        list(batches(texts[:few], spans[:few]))
        began = time.perf_counter()
        made = batches(texts, spans)
        first = sum(len(places) for places, _ in islice(made, workers))
        started = time.perf_counter()
        others = sum(len(places) for places, _ in made)
        ended = time.perf_counter()
    assert first + others == len(texts)
    return Measured(started - began, others / (ended - started))


if __name__ == "__main__":
    main()
