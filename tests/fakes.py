"""Fakes of the model, fast and deterministic, and a small index that is built with them."""

from __future__ import annotations

import cProfile
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from index import (
    Document,
    Folder,
    ModelError,
    ModelFiles,
    Passage,
    Reading,
    Recipe,
    Report,
    Span,
    build_index,
)
from index.catalog.reader import Catalog
from index.embedding.embedder import Vectors
from index.embedding.spans import Spans, embed_separately
from index.ingest.passages import Splitter
from service.settings.settings import Settings

DIMENSION = 64
MODEL = ModelFiles("fake", "fake", "0" * 64, states_prompts=True)
OTHER_MODEL = ModelFiles("other", "other", "1" * 64, states_prompts=True)


class FakeEmbedder:
    """Counts words by hash, so texts with common words have near vectors; keeps its texts.

    It also takes the place of a model's encoders, because it is the only one.
    """

    def __init__(self, dimension: int = DIMENSION) -> None:
        self.encoder = "fake"
        self.device = "cpu"
        self.texts: list[str] = []
        self._dimension = dimension

    def choose(self, sample: Callable[[], Sequence[str]]) -> FakeEmbedder:
        return self

    def reopen(self, generation: object) -> FakeEmbedder:
        return self

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        self.texts += texts
        return embed_separately(self._embed, texts, spans or [()] * len(texts))

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        return embed_separately(self._embed, texts, spans or [()] * len(texts))

    def _embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_vector(text, self._dimension) for text in texts])


class HeldUpEmbedder(FakeEmbedder):
    """Waits for the file that the environment names before it embeds; fails with its text."""

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        go = Path(os.environ["TESTS_GO"])
        while not go.exists():
            time.sleep(0.05)
        if go.read_text():
            raise ModelError(go.read_text())
        return super().embed(texts, spans)


def _vector(text: str, dimension: int) -> Vectors:
    vector = np.full(dimension, 1e-3, dtype=np.float32)
    for word in re.findall(r"\w+", text.casefold()):
        vector[crc32(word.encode()) % dimension] += 1
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


class KnowsAnswers:
    """An answer model that knows answers with their probabilities, and finds the first of them."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self._known = known

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        return [self._reading(window) for _, window in pairs]

    def _reading(self, window: str) -> Reading:
        for answer, probability in self._known.items():
            if answer in window:
                at = self.find(answer, window)
                return Reading(probability, Span(at, at + len(answer)), 0.0)
        return Reading(0.0, None, 0.0)

    def find(self, answer: str, window: str) -> int:
        """Return where an answer stands: in the text, not in the title above it."""
        return window.rindex(answer)


class CountWords:
    """Counts words between white space as tokens."""

    def __call__(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def definition(self) -> str:
        tokenizer = Tokenizer(WordLevel({"": 0}, unk_token=""))
        tokenizer.pre_tokenizer = WhitespaceSplit()
        return tokenizer.to_str()


count_words = CountWords()


def count_characters(texts: Sequence[str]) -> list[int]:
    """Count all characters but white space, so that the parts of a text add up to the whole."""
    return [sum(not char.isspace() for char in text) for text in texts]


def recipe(
    embedder: FakeEmbedder | None = None,
    model: ModelFiles = MODEL,
    splitter: Splitter | None = None,
) -> Recipe:
    return Recipe(model, embedder or FakeEmbedder(), count_words, splitter or Splitter())


def recipe_of(settings: Settings) -> Recipe:
    """Return the recipe of the model that the settings name: MODEL unless they name another.

    Vectors of OTHER_MODEL have half the dimension, so a search that mixes both fails.
    """
    if settings.model == OTHER_MODEL.name:
        return recipe(HeldUpEmbedder(DIMENSION // 2), OTHER_MODEL)
    if settings.model == "gone":
        raise ModelError("there is no model gone")
    return recipe()


def count_calls(work: Callable[[], object]) -> int:
    """Count the function calls of some work: a measure of time that other load does not change."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def build(
    documents: Path,
    index: Path,
    made_with: Recipe | None = None,
    *,
    rebuild: bool = False,
    deletions: float = 0.25,
) -> Report:
    """Build or update an index with the fakes."""
    return build_index(
        Folder(documents),
        index,
        made_with or recipe(),
        lambda done, total: None,
        rebuild=rebuild,
        deletions=deletions,
    )


def held(catalog: Catalog, path: str) -> tuple[Document, list[Passage]]:
    """Return the document at a path of a catalog, and its passages."""
    [document] = [one.document for one in catalog.entries() if one.document.path == path]
    whole = catalog.document(document.id)
    assert whole is not None
    passages = [one for one, _ in catalog.all_passages() if one.document_id == document.id]
    return whole, passages


# Three documents with nothing in common.
THREE = {
    "harbour.md": "---\n"
    "title: The harbour of Thessaly\n"
    "date: 1987-03-05\n"
    "publisher: Coast Gazette\n"
    "authors: [Ada Quill, Ben Orr]\n"
    "url: https://example.org/harbour\n"
    "language: en\n"
    "tags: [ships]\n"
    "source: {title: Old harbour, publisher: Coast Gazette}\n"
    "---\n\n"
    "# Trade\n\nNinety ships unload copper every winter. Merchants weigh it at dawn.\n",
    "notes/orchard_log.txt": "The orchard grows quinces. Bees sleep beneath the wall.\n",
    "volcano.md": "# Volcano\n\nLava flowed for seven weeks.\n\nAshes covered every roof.\n",
}


# Who held an office, by sources of three years.
OFFICES = {
    "new.md": "---\ntitle: The harbour in spring\ndate: 2024-02-06\nlanguage: en\n---\n\n"
    "Mira Holt was the harbour master of Thessaly in 2024, and she let the ships in.\n",
    "middle.md": "---\ntitle: Copper for the town\ndate: 2023-04-17\nlanguage: en\n---\n\n"
    "All of the copper was weighed by Mira Holt. She was the harbour master of Thessaly in 2023.\n",
    "old.md": "---\ntitle: The storm\ndate: 2020-02-14\nlanguage: en\n---\n\n"
    "Jon Arden was the harbour master of Thessaly in 2020, when a storm broke the wall.\n",
}
HOLDERS = {"Mira Holt": 0.9, "Jon Arden": 0.8}
WHO_HOLDS = "Who is the harbour master of Thessaly?"


# A program that is `pincite` with the fake model, as are the processes that it starts.
PINCITE = """
import sys
from functools import partial
from service.commands.cli import main
from service.commands.collaborators import Collaborators
from service.wiring.indexers import open_indexer
from tests.fakes import PINCITE, recipe_of
program = (sys.executable, "-P", "-c", PINCITE)
main(Collaborators(recipe_of, partial(open_indexer, program=program)))
"""
