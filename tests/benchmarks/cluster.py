"""How embedding scales from one local worker of Ray to two, each of one thread.

    python -m tests.benchmarks.cluster [--json FILE] [--rounds 3] [--texts 10000]

Texts are sentences of SciFact's records. Ray is there before the clock runs; the workers start and
load the encoder while it does, as at every window of a build. One and two are timed in turn; the
best of each counts, for other work on the machine only ever takes from it.
"""

from __future__ import annotations

import argparse
import time
from itertools import islice
from pathlib import Path

from index import DEFAULT_MODEL, BeirCorpus, Cluster, ModelEncoders, locate_model
from index.embedding import AT_ONCE
from index.finding import File
from index.sentences import split_sentences
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
    rounds = [[seconds(workers, texts) for workers in (1, 2)] for _ in range(options.rounds)]
    best = dict(enumerate(map(min, zip(*rounds, strict=True)), start=1))
    rows = [
        {
            "workers": workers,
            "seconds": spent,
            "texts a second": len(texts) / spent,
            "times one": best[1] / spent,
        }
        for workers, spent in best.items()
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


def seconds(workers: int, texts: list[str]) -> float:
    """Return what so many workers take."""
    model = locate_model(DEFAULT_MODEL)
    embedder = ModelEncoders(model, "int8", print).choose(lambda: texts[:300])
    with Cluster("local", workers).spread(model, embedder) as batches:
        list(batches(texts[: 4 * workers * AT_ONCE]))
        began = time.perf_counter()
        done = sum(len(places) for places, _ in batches(texts))
        assert done == len(texts)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
