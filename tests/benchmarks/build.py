"""Measures the speed of builds: passages per second by Pincite, txtai and the encoder alone.

    python -m tests.benchmarks.build [--json FILE] [--txtai-python PATH] [--records 1000]

Each record of SciFact is a Markdown file. Pincite's time is that of the whole command `pincite
index`, with its start, for passages and sentences; its encoder was compiled before. txtai's time is
that of indexing and saving the same passages with the same model, without sentence vectors. The
encoder alone embeds the texts that Pincite embeds. The three run in turn several times, and the
median counts. The table also has processor seconds, because other work on the machine changes them
little.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from index import DEFAULT_MODEL, BeirCorpus, locate_model
from index.embedding.compiled import CompiledEmbedder
from index.embedding.embedder import embed_batches
from index.embedding.inputs import passage_input, sentence_spans
from index.generation.folder import ENCODER, StoredGeneration, open_generation
from tests.benchmarks.processes import in_a_process
from tests.benchmarks.report import Row, print_table, write_json
from tests.benchmarks.txtai import python_with_txtai
from tests.conftest import ROOT

SOURCE = ROOT.parent / "shared/data/scifact"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock and of the processor."""

    seconds: float
    cpu_seconds: float


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--txtai-python", type=Path, help="a Python that has txtai")
    parser.add_argument("--records", type=int, default=1000, help="of SciFact [default: 1000]")
    parser.add_argument("--rounds", type=int, default=3, help="[default: 3]")
    options = parser.parse_args()
    peer = python_with_txtai(options.txtai_python)
    with tempfile.TemporaryDirectory() as temporary:
        rows = measure(Path(temporary), options.records, options.rounds, peer)
    print_table(f"build, {options.records} records of SciFact", rows)
    if options.json:
        write_json(options.json, rows)


def measure(folder: Path, records: int, rounds: int, peer: Path) -> list[Row]:
    """Build each index several times and return a row for each builder."""
    documents, texts = folder / "documents", folder / "passages.json"
    write_documents(documents, records)
    run_pincite(documents, folder / "warm")
    passages, sentences = write_passages(open_generation(folder / "warm"), texts)
    spent: dict[str, list[Spent]] = {"pincite": [], "txtai": [], "bare encoder": []}
    for number in range(rounds):
        spent["pincite"].append(run_pincite(documents, folder / f"pincite-{number}"))
        spent["txtai"].append(run_txtai(peer, texts, folder / f"txtai-{number}"))
        spent["bare encoder"].append(in_a_process(run_encoder, folder / "warm"))
    ours = _median(spent["pincite"])
    return [
        {
            "builder": name,
            "passages": passages,
            "sentences": 0 if name == "txtai" else sentences,
            "seconds": found.seconds,
            "passages_per_s": passages / found.seconds,
            "pincite_is_faster_by": found.seconds / ours.seconds,
            "cpu_s": found.cpu_seconds,
            "cpu_ratio": found.cpu_seconds / ours.cpu_seconds,
        }
        for name, found in ((name, _median(every)) for name, every in spent.items())
    ]


def write_documents(folder: Path, records: int) -> None:
    """Write the first records as Markdown files with their titles."""
    folder.mkdir()
    corpus = BeirCorpus(SOURCE)
    for file in islice(corpus.files(), records):
        document = corpus.read(file)
        front_matter = f"---\ntitle: {json.dumps(document.metadata.title)}\n---\n\n"
        path = folder / f"{file.path}.md"
        path.write_text(front_matter + document.text + "\n", encoding="utf-8")


def write_passages(generation: StoredGeneration, path: Path) -> tuple[int, int]:
    """Write the passages as they are embedded; return the numbers of passages and sentences."""
    passages = [
        passage_input(passage, source.metadata)
        for passage, source in generation.catalog.all_passages()
    ]
    path.write_text(json.dumps(passages), encoding="utf-8")
    return len(passages), generation.manifest.sentences


def run_pincite(documents: Path, index: Path) -> Spent:
    """Return the time of `pincite index`, from its start to its end."""
    program = "from service.commands.cli import main; main()"
    folders = ["--documents", str(documents), "--index", str(index)]
    command = [sys.executable, "-c", program, "index", *folders]
    began, before = time.perf_counter(), _cpu_seconds_of_children()
    subprocess.run(command, check=True, env=_environment(), stderr=subprocess.DEVNULL)
    return Spent(time.perf_counter() - began, _cpu_seconds_of_children() - before)


def run_txtai(python: Path, texts: Path, folder: Path) -> Spent:
    """Return the time that txtai reports."""
    script = Path(__file__).with_name("txtai_index.py")
    model = locate_model(DEFAULT_MODEL).location
    # -P, because the txtai.py beside the script is not the library
    command = [str(one) for one in (python, "-P", script, model, texts, folder)]
    quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        command, check=True, env=os.environ | quiet, capture_output=True, text=True
    )
    seconds, cpu_seconds = done.stdout.splitlines()[-1].split()
    return Spent(float(seconds), float(cpu_seconds))


def run_encoder(index: Path) -> Spent:
    """Return the time that the index's encoder needs for its passages and sentences."""
    generation = open_generation(index)
    embedder = CompiledEmbedder(generation.folder / ENCODER)
    texts, spans = [], []
    for passage, source in generation.catalog.all_passages():
        texts.append(passage_input(passage, source.metadata))
        spans.append(sentence_spans(passage, texts[-1]))
    began, before = time.perf_counter(), time.process_time()
    for _ in embed_batches(embedder, texts, spans):
        pass
    return Spent(time.perf_counter() - began, time.process_time() - before)


def _median(spent: Sequence[Spent]) -> Spent:
    return Spent(median(one.seconds for one in spent), median(one.cpu_seconds for one in spent))


def _cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    cache = {name: os.environ[name] for name in ("PINCITE_CACHE",) if name in os.environ}
    return kept | cache | {"PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
