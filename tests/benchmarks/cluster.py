"""Measures how embedding scales from one local worker of Ray to two, each of one thread.

    python -m tests.benchmarks.cluster [--json FILE] [--rounds 3] [--passages 5000]

The workers embed passages of SciFact's records and pool their sentences, as a build does. The time
counts from the moment when each worker has returned a batch; the time of their start, which every
window of a build needs, stands beside it. One and two workers are timed in turn, and the best time
of each counts, because other work on the machine can only make it longer.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index import DEFAULT_MODEL, BeirCorpus, Cluster, ModelEncoders, ModelTokens, locate_model
from index.embedding.embedder import AT_ONCE
from index.embedding.inputs import passage_input, sentence_spans
from index.embedding.spans import Spans
from index.ingest.passages import Splitter, split_document
from tests.benchmarks.report import print_table, write_json
from tests.conftest import ROOT

SOURCE = ROOT.parent / "shared/data/scifact"


def main() -> None:
    """Time both and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--rounds", type=int, default=3, help="[default: 3]")
    parser.add_argument("--passages", type=int, default=5_000, help="[default: 5000]")
    options = parser.parse_args()
    texts, spans = read_passages(options.passages)
    rounds = [[measure(workers, texts, spans) for workers in (1, 2)] for _ in range(options.rounds)]
    best = {
        workers: max(found, key=lambda one: one.vectors_a_second)
        for workers, found in enumerate(zip(*rounds, strict=True), start=1)
    }
    rows = [
        {
            "workers": workers,
            "seconds to start": one.start,
            "vectors a second": one.vectors_a_second,
            "times one": one.vectors_a_second / best[1].vectors_a_second,
        }
        for workers, one in best.items()
    ]
    print_table("Embedding by workers of Ray", rows)
    if options.json:
        write_json(options.json, rows)


def read_passages(count: int) -> tuple[list[str], list[Spans]]:
    """Return the text that is embedded for each passage, and the spans of its sentences."""
    corpus, tokens = BeirCorpus(SOURCE), ModelTokens(locate_model(DEFAULT_MODEL))
    documents = (corpus.read(file) for file in corpus.files())
    cut = (
        (passage, passage_input(passage, document.metadata))
        for document in documents
        for passage in split_document(document, tokens, Splitter())
    )
    found = list(islice(cut, count))
    return [text for _, text in found], [sentence_spans(*one) for one in found]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds until each worker has returned a batch, and vectors per second after that."""

    start: float
    vectors_a_second: float


def measure(workers: int, texts: list[str], spans: list[Spans]) -> Measured:
    """Return the speed of some workers; Ray has been started before."""
    model = locate_model(DEFAULT_MODEL)
    embedder = ModelEncoders(model, "int8", print).choose(lambda: texts[:300])
    with Cluster("local", workers).spread(model, embedder) as batches:
        few = 2 * AT_ONCE
        list(batches(texts[:few], spans[:few]))
        began = time.perf_counter()
        made = batches(texts, spans)
        first = sum(len(vectors) for _, vectors in islice(made, workers))
        started = time.perf_counter()
        others = sum(len(vectors) for _, vectors in made)
        ended = time.perf_counter()
    assert first + others == len(texts) + sum(map(len, spans))
    return Measured(started - began, others / (ended - started))


if __name__ == "__main__":
    main()
