"""Building by workers of Ray: what comes of it is what one process would have made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psutil
import pytest

from index import Cluster, ClusterError, Folder, ModelEncoders, Recipe, RemoteFolder, build_index
from index.cluster.execution import Rows
from index.cluster.workers import TEXTS, VECTORS
from index.embedding import AT_ONCE
from index.generation import StoredGeneration, open_generation
from index.job import Limits
from index.models import locate_model
from index.passages import Splitter
from tests.fakes import THREE, FakeEmbedder, count_words, write_files
from tests.milvus import free_port, wait_for
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


def on(cluster: Cluster, recipe: Recipe) -> Recipe:
    spread = partial(cluster.spread, recipe.model)
    return replace(recipe, read=cluster.read, spread=spread, window=2048)


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


@needs_ray
def test_an_index_built_by_workers_equals_that_of_one_process(
    documents: Path, recipe: Recipe, expected: StoredGeneration, tmp_path: Path
) -> None:
    readers: set[int] = set()
    embedders: set[int] = set()
    made = build(
        documents,
        tmp_path / "index",
        on(Cluster("local", 2), recipe),
        lambda done, total: embedders.update(one.pid for one in workers()),
        lambda done, total: readers.update(one.pid for one in workers("ReadingWorker")),
    )
    assert readers
    assert embedders
    assert not readers & embedders
    assert not workers("ray::")
    check_equal(made, expected)


@needs_ray
def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    documents: Path, recipe: Recipe, expected: StoredGeneration, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        found = workers()
        if found and not killed and 0 < done < total:
            found[0].kill()
            killed.append(found[0].pid)

    cluster = Cluster("local", 2)
    made = build(documents, tmp_path / "index", on(cluster, recipe), kill_one)
    assert killed
    check_equal(made, expected)


@needs_ray
def test_workers_that_are_killed_while_they_read_from_a_url_are_replaced_and_nothing_is_lost(
    documents: Path, recipe: Recipe, expected: StoredGeneration, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_all(done: int, total: int) -> None:
        if not killed and done < total:
            for one in workers("ReadingWorker"):
                one.kill()
                killed.append(one.pid)

    cluster = Cluster("local", 2)
    build_index(
        RemoteFolder(documents.as_uri(), hash_files=cluster.hash_files),
        tmp_path / "index",
        on(cluster, recipe),
        lambda done, total: None,
        limits=Limits(),
        reading=kill_all,
    )
    assert killed
    check_equal(open_generation(tmp_path / "index"), expected)


@needs_ray
def test_what_workers_embedded_is_kept_when_a_build_is_stopped(
    documents: Path, recipe: Recipe, expected: StoredGeneration, tmp_path: Path
) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done > total / 2:
            raise Stopped

    made_with = on(Cluster("local", 2), recipe)
    with pytest.raises(Stopped):
        build(documents, tmp_path / "index", made_with, stop)
    assert not workers()
    report = build_index(Folder(documents), tmp_path / "index", recipe, lambda done, total: None)
    assert report.resumed > 0
    check_equal(open_generation(tmp_path / "index"), expected)


@needs_ray
def test_few_texts_are_embedded_here(recipe: Recipe, tmp_path: Path) -> None:
    seen: list[int] = []
    build(
        write_files(tmp_path / "d", {"a.txt": "Bees and copper."}),
        tmp_path / "index",
        on(Cluster("local", 2), recipe),
        lambda done, total: seen.append(len(workers())),
    )
    assert seen
    assert not any(seen)


class SeesItsGpu:
    """Takes the place of a worker that embeds: gives the GPU that Ray shows it, and its process."""

    def __init__(self, *made_with: object) -> None:
        assert made_with[2] == "cuda"  # the first of those that it sees

    def __call__(self, rows: Rows) -> Rows:
        seen = np.array([int(os.environ["CUDA_VISIBLE_DEVICES"]), os.getpid()], dtype=np.float32)
        return {VECTORS: [np.tile(seen, (len(texts), 1)).tobytes() for texts in rows[TEXTS]]}


class OnGpu(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.device = "cuda:1"


@needs_ray
@pytest.mark.parametrize("asked", [None, 3])
def test_each_worker_has_a_gpu_of_its_own_where_the_model_runs_on_one(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch, asked: int | None
) -> None:
    """Ray is told of two GPUs, which need not be there for it to share them out."""
    monkeypatch.setattr("ray.init", partial(import_module("ray").init, num_gpus=2))
    monkeypatch.setattr("index.cluster.cluster.EmbeddingWorker", SeesItsGpu)
    texts = [f"copper {number}" for number in range(8 * AT_ONCE)]
    with Cluster("local", asked).spread(recipe.model, OnGpu()) as batches:
        rows = np.concatenate([made for _, made in batches(texts, [()] * len(texts))])
    assert len(rows) == len(texts)
    seen = {(gpu, process) for gpu, process in rows.tolist()}
    assert {gpu for gpu, _ in seen} <= {0, 1}
    assert len({gpu for gpu, _ in seen}) == len({process for _, process in seen})


def test_without_ray_the_extra_is_named(
    documents: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray.exceptions", None)
    with pytest.raises(ClusterError, match=r"pip install 'pincite\[cluster\]'"):
        build(documents, tmp_path / "index", on(Cluster("local", 2), recipe))


@needs_ray
def test_a_cluster_elsewhere_builds_what_one_process_builds(
    documents: Path, recipe: Recipe, tmp_path: Path, cache: Path
) -> None:
    """The command as it stands, behind Ray's client, with workers that the cluster starts."""
    environment = os.environ | {
        "PINCITE_MODEL": recipe.model.location,
        "PINCITE_ENCODER": "float32",
        "PINCITE_CLUSTER_WORKERS": "2",
        "PINCITE_DOCUMENTS": documents.as_uri(),
        "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "of-a-cluster-that-this-test-starts-and-ends",
        "RAY_USAGE_STATS_ENABLED": "0",
    }

    def index(name: str, *arguments: str) -> StoredGeneration:
        command = [sys.executable, "-P", "-c", "from service.cli import main; main()", "index"]
        done = subprocess.run(
            [*command, "--index", str(tmp_path / name), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "60 indexed" in done.stderr
        return open_generation(tmp_path / name)

    ports = [free_port(), free_port()]
    head = subprocess.Popen(
        [
            *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
            *("--num-cpus=2", "--include-dashboard=false", "--object-store-memory=100000000"),
            *("--node-ip-address=127.0.0.1", f"--temp-dir={cache / 'ray'}"),
            *(f"--port={ports[0]}", f"--ray-client-server-port={ports[1]}"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(ports[1])
        far = index("far", "--cluster", f"ray://127.0.0.1:{ports[1]}")
    finally:
        head.terminate()
        head.wait()
    check_equal(far, index("here"))
