"""Folders of documents, the index that one process builds of them, and running Ray workers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psutil
import pytest

from index import Folder, ModelEncoders, Recipe, build_index
from index.embedding.models import locate_model
from index.generation.folder import StoredGeneration, open_generation
from index.ingest.limits import Limits
from index.ingest.passages import Splitter
from tests.fakes import THREE, count_words, write_files
from tests.tiny import save_tiny_model

needs_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="the extra cluster is not installed"
)
WORDS = ("copper", "lava", "bees", "question", "passage")


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that makes many batches of texts, no two alike."""
    folder = tmp_path_factory.mktemp("documents")
    files = {
        f"{number}.txt": "\n\n".join(
            " ".join(WORDS[(number * place + step) % 5] for step in range(3 + place % 4))
            + f" {number} {place}."
            for place in range(12)
        )
        for number in range(60)
    }
    return write_files(folder, files)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(
    cache: Path, _no_settings_from_outside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_CACHE", str(cache))


@pytest.fixture(scope="module")
def recipe(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """Return the recipe of a compiled encoder, made from texts that are unlike enough for it."""
    model = locate_model(str(save_tiny_model(tmp_path_factory.mktemp("model"))))
    encoders = ModelEncoders(model, "float32", print)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINCITE_CACHE", str(cache))
        encoders.choose(lambda: list(THREE.values()))
    return Recipe(model, encoders, count_words, Splitter(enough=1))


def build(
    documents: Path,
    index: Path,
    made_with: Recipe,
    progress: Callable[[int, int], None] = lambda done, total: None,
    reading: Callable[[int, int], None] = lambda done, total: None,
) -> StoredGeneration:
    corpus = Folder(documents)
    build_index(corpus, index, made_with, progress, limits=Limits(), reading=reading)
    return open_generation(index)


@pytest.fixture(scope="module")
def expected(
    documents: Path, recipe: Recipe, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> StoredGeneration:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINCITE_CACHE", str(cache))
        return build(documents, tmp_path_factory.mktemp("one") / "index", recipe)


def check_equal(made: StoredGeneration, expected: StoredGeneration) -> None:
    everything = np.arange(expected.manifest.passages)
    assert made.manifest.passages == expected.manifest.passages
    assert made.manifest.encoder == expected.manifest.encoder == "float32"
    ours, theirs = made.passages, expected.passages
    assert (ours.vectors.rows(everything) == theirs.vectors.rows(everything)).all()
    sentences = np.arange(expected.manifest.sentences)
    assert np.array_equal(ours.sentences.read(sentences), theirs.sentences.read(sentences))
    assert np.array_equal(ours.columns, theirs.columns)
    assert made.catalog.entries() == expected.catalog.entries()
    found, told = made.catalog.all_passages(), expected.catalog.all_passages()
    assert list(found) == list(told)


def workers(kind: str = "EmbeddingWorker") -> list[psutil.Process]:
    """Return the processes of Ray below this one that do such work."""
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it ends meanwhile
            if kind in " ".join(one.cmdline()):
                found.append(one)
    return found
