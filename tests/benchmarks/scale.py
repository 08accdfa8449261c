"""Measures questions, memory, recall and publishing from a thousand passages to a million.

    python -m tests.benchmarks.scale [--json FILE] [--sizes 1000,10000] [--keep FOLDER]

The passages are those of tests/benchmarks/composed.py. The questions are real ones of the same
dataset; each is embedded and answered in this process, up to the JSON of its reply. Each size is
built, asked and changed in new processes.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index import BeirCorpus, IndexFolder, LiveIndex, Query, Retriever, build_index, read_questions
from index.embedding.embedder import Embedder
from index.generation.folder import VECTORS, StoredGeneration, open_generation
from index.vectors.faiss_index import VectorIndex
from service.answers.answerer import Answerer
from service.schemas.answers import answer_reply
from tests.benchmarks.composed import SOURCE, ComposedCorpus, read_sentences
from tests.benchmarks.processes import in_a_process
from tests.benchmarks.report import Row, print_table, write_json

SIZES = "1000,10000,100000,1000000"
_WARM_UP = 20  # questions asked before those that count
_TOP = 50  # nearest passages over which recall is measured
_CHANGED = 7  # the document that changes


@dataclass(frozen=True, slots=True)
class Built:
    """Seconds of a build, seconds of its part after the last vector, and its peak memory."""

    build_s: float
    index_part_s: float
    build_rss_mb: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The cost of questions; `search` is the kind of vector search, and `recall` its recall."""

    disk_mb: float
    open_s: float
    rss_mb: float
    p50_ms: float
    p95_ms: float
    search: str
    recall: float


def main() -> None:
    """Measure every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--sizes", default=SIZES, help=f"passages [default: {SIZES}]")
    parser.add_argument("--keep", type=Path, help="keep the indexes in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sizes = [int(size) for size in options.sizes.split(",")]
        rows = [measure(size, folder / str(size), folder / "sentences.npy") for size in sizes]
    first = float(rows[0]["p50_ms"])
    rows = [{**row, "p50_ratio": float(row["p50_ms"]) / first} for row in rows]
    print_table("scale", rows)
    if options.json:
        write_json(options.json, rows)


def measure(size: int, index: Path, sentences: Path) -> Row:
    """Build, ask and change an index of one size."""
    built = in_a_process(build, index, sentences, size, -1)
    asked = in_a_process(ask, index, sentences)
    published = in_a_process(build, index, sentences, size, _CHANGED)
    return {
        "passages": size,
        **asdict(built),
        **asdict(asked),
        "publish_s": published.build_s,
    }


def build(index: Path, sentences: Path, size: int, changed: int) -> Built:
    """Build an index, or update it after one document of the corpus changed."""
    real, recipe = read_sentences(sentences)
    embedded = began = time.perf_counter()

    def progress(done: int, total: int) -> None:
        nonlocal embedded
        embedded = time.perf_counter()

    build_index(ComposedCorpus(real.abstracts, size, changed), index, recipe, progress)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Built(ended - began, ended - embedded, peak)


def ask(index: Path, sentences: Path) -> Asked:
    """Ask every question once, after a warm-up that does not count."""
    _, recipe = read_sentences(sentences)
    began = time.perf_counter()
    live = LiveIndex(IndexFolder(index), recipe.model)
    opened = time.perf_counter() - began
    answerer = Answerer(Retriever(recipe.encoders), live, 0.5)
    texts = [question.text for question in read_questions(SOURCE, BeirCorpus(SOURCE).ids)]
    times = []
    for text in texts:
        began = time.perf_counter()
        answer_reply(answerer.answer(Query(text))).model_dump_json()
        times.append((time.perf_counter() - began) * 1000)
    p50, p95 = np.percentile(times[_WARM_UP:], [50, 95])
    resident = _resident_mb()
    generation = open_generation(index)
    lists = generation.manifest.lists
    return Asked(
        disk_mb=sum(path.stat().st_size for path in generation.folder.rglob("*")) / 2**20,
        open_s=opened,
        rss_mb=resident,
        p50_ms=float(p50),
        p95_ms=float(p95),
        search=f"{lists.probes} of {lists.lists} lists" if lists else "exact",
        recall=recall(generation, recipe.encoders.reopen(generation), texts),
    )


def recall(generation: StoredGeneration, embedder: Embedder, texts: list[str]) -> float:
    """Return the share of the exact nearest passages that a search finds for new questions."""
    exact = VectorIndex(generation.folder / VECTORS)
    shares = []
    for text in texts:
        vector = embedder.embed_questions([text])[0]
        wanted, found = exact.search(vector, _TOP), generation.passages.vectors.search(vector, _TOP)
        shares.append(np.isin(wanted, found).mean())
    return float(np.mean(shares))


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
