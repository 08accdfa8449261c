"""The records of shared/data/squad2 as files in a folder, and its questions."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

from index import BeirCorpus, read_questions
from index.embedding.inputs import passage_input
from index.generation.folder import open_generation
from tests.benchmarks.load import Address
from tests.benchmarks.processes import Service
from tests.conftest import ROOT
from tests.server import PINCITE, free_port

SOURCE = ROOT.parent / "shared" / "data" / "squad2"
WARM_UP = 150  # questions of the warm-up, which do not count


def questions() -> list[str]:
    """Return the distinct questions, in an order that is not by subject."""
    found = sorted({one.text for one in read_questions(SOURCE, BeirCorpus(SOURCE).ids)})
    random.Random(2).shuffle(found)
    return found


def build(folder: Path) -> None:
    """Write each record as a Markdown file below `folder`, and index them by the command."""
    corpus = BeirCorpus(SOURCE)
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    for file in corpus.files():
        document = corpus.read(file)
        text = f"---\ntitle: {json.dumps(document.metadata.title)}\n---\n\n{document.text}\n"
        (folder / "documents" / f"{document.id}.md").write_text(text, encoding="utf-8")
    subprocess.run([PINCITE, "index", *_places(folder)], check=True)


def passages(folder: Path) -> list[str]:
    """Return the texts that Pincite embeds as the passages of its index."""
    found = open_generation(folder / "index").catalog.all_passages()
    return [passage_input(passage, source.metadata) for passage, source in found]


def service(folder: Path) -> Service:
    """Return the service over the index in `folder`."""
    port = free_port()
    command = (PINCITE, "serve", "--port", str(port), *_places(folder))
    return Service("pincite", command, Address("127.0.0.1", port, "/ask?top_k=5&q="))


def _places(folder: Path) -> list[str]:
    return ["--documents", str(folder / "documents"), "--index", str(folder / "index")]
