"""Embedding by workers of Ray: processes of this machine, or of as many as a cluster has."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.compiled import CompiledEmbedder
from index.embedding import AT_ONCE, Batches, Embedder, Vectors, batch_places, embed_batches
from index.encoders import stored_embedder
from index.errors import ClusterError
from index.models import ModelFiles

_RETRIES = 5  # of a worker, and of a batch that a worker did not live to finish
_AHEAD = 2  # batches that each worker has, so that it need not wait for the next
_STORE = 256 << 20  # bytes of memory that batches on their way may take

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # or it reports to its makers
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns of what will change
}


class Cluster:
    """Workers of Ray, which are started once there is more than a batch to embed.

    `address` is `local` for processes of this machine, or that of a cluster, as ray://host:10001,
    on whose machines the same version of Pincite is installed. Each of `workers`, by default one a
    core, holds the encoder and computes in one thread, or on a GPU if the encoder runs there. One
    that dies is started anew, and its batch is embedded again.

    Raises:
        ClusterError: Ray is not installed or not to be reached, or workers die again and again.
    """

    def __init__(self, address: str, model: ModelFiles, workers: int | None = None) -> None:
        self._address = address
        self._model = model
        self._workers = workers

    @contextmanager
    def spread(self, embedder: Embedder) -> Iterator[Batches]:
        """Give what embeds by workers as `embedder` does; they end with the block."""
        started: list[_Pool] = []

        def batches(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
            if len(texts) <= AT_ONCE and not started:
                yield from embed_batches(embedder, texts)
                return
            with _translated(self._address):
                if not started:
                    started.append(self._start(embedder))
                yield from _embed(started[0].workers, texts)

        # Ray tells of workers that died on standard output, which is for what a command gives
        with redirect_stdout(sys.stderr):
            try:
                yield batches
            finally:
                _stop()

    def _start(self, embedder: Embedder) -> _Pool:
        os.environ.update(_QUIET)
        import ray

        if self._address == "local":
            ray.init(
                "local",
                num_cpus=self._workers or os.cpu_count(),
                object_store_memory=_STORE,
                include_dashboard=False,
                logging_level="ERROR",
                log_to_driver=False,
            )
        else:
            ray.init(self._address, logging_level="ERROR", log_to_driver=False)
        on_gpu = embedder.device.startswith("cuda")
        kind = "GPU" if on_gpu else "CPU"
        count = self._workers or int(ray.cluster_resources().get(kind, 0))
        if not count:
            raise ClusterError(f"the cluster {self._address} has no {kind}; add a machine that has")
        remote = ray.remote(
            num_cpus=1,
            num_gpus=1 if on_gpu else 0,
            max_restarts=_RETRIES,
            max_task_retries=_RETRIES,
        )(Worker)
        place: object = None
        if isinstance(embedder, CompiledEmbedder):
            is_here = self._address == "local"
            place = embedder.folder if is_here else ray.put(_content(embedder.folder))
        made = (self._model, embedder.encoder, embedder.device, place)
        return _Pool([remote.remote(*made) for _ in range(count)], place)


@dataclass(frozen=True, slots=True)
class _Pool:
    """Workers, and where those find the encoder which take their places."""

    workers: list[Any]
    place: object


class Worker:
    """Holds an encoder in a process of Ray.

    Where it is compiled, `place` is its folder, or the content of its files by name.
    """

    def __init__(
        self, model: ModelFiles, encoder: str, device: str, place: Path | dict[str, bytes] | None
    ) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="pincite-")
        folder = place if isinstance(place, Path) else Path(self._temporary.name)
        if isinstance(place, dict):
            for name, content in place.items():
                (folder / name).write_bytes(content)
        self._embedder = stored_embedder(model, encoder, folder, device, threads=1)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of a batch."""
        return self._embedder.embed(texts)


def _stop() -> None:
    """End what was started; whoever stopped a build may have done so half-way."""
    if "ray" in sys.modules:
        import ray

        if ray.is_initialized():
            ray.shutdown()


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _embed(
    pool: Sequence[Any], texts: Sequence[str]
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Yield the places and vectors of each batch as it is done."""
    import ray

    waiting, idle = deque(batch_places(texts)), list(pool) * _AHEAD
    running: dict[Any, tuple[NDArray[np.int64], Any]] = {}
    while waiting or running:
        while waiting and idle:
            places, worker = waiting.popleft(), idle.pop()
            running[worker.embed.remote([texts[place] for place in places])] = places, worker
        (done, *_), _ = ray.wait(list(running))
        places, worker = running.pop(done)
        idle.insert(0, worker)
        yield places, ray.get(done)


@contextmanager
def _translated(address: str) -> Iterator[None]:
    try:
        from ray.exceptions import RayError
    except ModuleNotFoundError as error:
        raise ClusterError(
            "building on a cluster takes Ray; install it with: pip install 'pincite[cluster]'"
        ) from error
    try:
        yield
    except (RayError, ConnectionError, ValueError, RuntimeError) as error:
        told = " ".join(str(error).split())[-300:]
        raise ClusterError(
            f"the cluster {address} failed: {told}; what was embedded is kept for the next run"
        ) from error
