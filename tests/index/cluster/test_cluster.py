"""A build with workers of Ray has the same result as one process."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from index import Cluster, ClusterError, Folder, Recipe, RemoteFolder, build_index
from index.cluster.execution import Rows
from index.cluster.workers import TEXTS, VECTORS
from index.embedding.embedder import AT_ONCE
from index.generation.folder import StoredGeneration, open_generation
from index.ingest.limits import Limits
from tests.fakes import FakeEmbedder, write_files
from tests.index.cluster.conftest import build, check_equal, needs_ray, workers


def on(cluster: Cluster, recipe: Recipe) -> Recipe:
    spread = partial(cluster.spread, recipe.model)
    return replace(recipe, read=cluster.read, spread=spread, window=2048)


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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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
    """Replaces a worker that embeds: returns the GPU that Ray lets it see, and its process."""

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
@pytest.mark.parametrize("asked", [None, pytest.param(3, marks=pytest.mark.long)])
def test_each_worker_has_a_gpu_of_its_own_where_the_model_runs_on_one(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch, asked: int | None
) -> None:
    """Ray distributes two GPUs that it was told of, although there are none."""
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
    with pytest.raises(ClusterError, match=r"pip install '\.\[cluster\]'"):
        build(documents, tmp_path / "index", on(Cluster("local", 2), recipe))
