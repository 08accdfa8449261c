"""The command as it stands, with workers that it or a cluster starts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from index import MilvusEngine, Recipe, parse_address
from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import write_files
from tests.index.cluster.conftest import WORDS, check_equal, needs_ray, workers
from tests.milvus import needs_milvus, wait_for
from tests.server import free_port

pytestmark = [needs_ray, pytest.mark.long]

KINDS = ("ReadingWorker", "EmbeddingWorker")
TOKEN = {
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "of-a-cluster-that-this-test-starts-and-ends",
    "RAY_USAGE_STATS_ENABLED": "0",
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of more passages than are embedded without workers."""
    folder = tmp_path_factory.mktemp("many")
    files = {
        f"{number}.txt": " ".join(WORDS[number * step % 5] for step in range(9)) + f" {number}."
        for number in range(300)
    }
    return write_files(folder, files)


@pytest.fixture
def environment(many: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands build an index of them, with two workers."""
    settings = {
        "PINCITE_MODEL": recipe.model.location,
        "PINCITE_ENCODER": "float32",
        "PINCITE_CLUSTER_WORKERS": "2",
        "PINCITE_DOCUMENTS": many.as_uri(),
        "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
    }
    for name, value in (settings | TOKEN).items():
        monkeypatch.setenv(name, value)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a cluster of one machine, which asks for a token; give its address."""
    ports = [free_port(), free_port()]
    head = subprocess.Popen(
        [
            *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
            *("--num-cpus=2", "--include-dashboard=false", "--object-store-memory=100000000"),
            *("--node-ip-address=127.0.0.1", f"--temp-dir={folder / 'ray'}"),
            *(f"--port={ports[0]}", f"--ray-client-server-port={ports[1]}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(ports[1])
        yield f"ray://127.0.0.1:{ports[1]}"
    finally:
        head.terminate()
        head.wait()


def index(
    folder: Path,
    *arguments: str,
    status: int = 0,
    seen: Callable[[str, psutil.Process], object] = lambda kind, worker: None,
) -> str:
    """Run `pincite index` and report each worker that appears meanwhile; return its output."""
    command = [sys.executable, "-P", "-c", "from service.commands.cli import main; main()", "index"]
    with (folder.with_suffix(".err")).open("w+") as said:
        running = subprocess.Popen(
            [*command, "--index", str(folder), *arguments], stdout=subprocess.DEVNULL, stderr=said
        )
        while running.poll() is None:
            for kind in KINDS:
                for worker in workers(kind):
                    seen(kind, worker)
            time.sleep(0.1)
        said.seek(0)
        told = said.read()
    assert running.returncode == status, told
    return told


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("here") / "index"


@pytest.fixture
def here(built: Path, environment: None) -> StoredGeneration:
    """Return the index that the command builds without workers."""
    if not built.exists():
        assert "300 indexed" in index(built)
    return open_generation(built)


def test_a_cluster_elsewhere_builds_what_one_process_builds(
    here: StoredGeneration, tmp_path: Path, cache: Path
) -> None:
    kinds: set[str] = set()
    with cluster(cache) as address:
        told = index(
            tmp_path / "far", "--cluster", address, seen=lambda kind, worker: kinds.add(kind)
        )
    assert "300 indexed" in told
    assert kinds == set(KINDS)
    check_equal(open_generation(tmp_path / "far"), here)


@needs_milvus
def test_an_engine_holds_what_workers_built_though_one_was_killed_and_the_copy_was_stopped(
    here: StoredGeneration, tmp_path: Path
) -> None:
    from tests.milvus_server import standing_in

    killed: set[str] = set()

    def kill_one(kind: str, worker: psutil.Process) -> None:
        if kind not in killed:
            with suppress(psutil.Error):  # it has ended
                worker.kill()
                killed.add(kind)

    with standing_in(tmp_path / "server") as server:
        arguments = ("--cluster", "local", "--engine", server.address())
        server.gate.denied = frozenset({"Flush"})
        told = index(tmp_path / "index", *arguments, status=2, seen=kill_one)
        assert killed == set(KINDS)
        assert "PrivilegeFlush: permission deny" in told
        server.gate.denied = frozenset()
        assert "300 unchanged" in index(tmp_path / "index", *arguments)
        check_equal(open_generation(tmp_path / "index"), here)
        engine = MilvusEngine(parse_address(server.address()), "pincite", cache=tmp_path / "cache")
        copied = engine.open(engine.current_id())
        everything = np.arange(here.manifest.passages)
        ours, theirs = copied.passages.read(everything), here.passages.read(everything)
        assert np.array_equal(ours.vectors, theirs.vectors)
        assert np.array_equal(ours.sentences, theirs.sentences)
        assert np.array_equal(ours.terms.hashes, theirs.terms.hashes)
        ordinals = everything.tolist()
        assert copied.catalog.passages(ordinals) == here.catalog.passages(ordinals)
