"""Where a build reads files and embeds texts by workers of Ray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import numpy as np
from numpy.typing import NDArray

from index.cluster.connection import connected
from index.cluster.execution import Pool, execute
from index.cluster.workers import (
    FILES,
    READINGS,
    TEXTS,
    VECTORS,
    EmbeddingWorker,
    ReadingWorker,
)
from index.compiled import CompiledEmbedder
from index.corpus import File
from index.embedding import AT_ONCE, Batches, Embedder, Vectors, batch_places, embed_batches
from index.isolation import decode, read_isolated
from index.job import FILE, JOB, Job
from index.models import ModelFiles
from index.reading import Readings

_FEW = 32  # files, which are read sooner than workers are started
_FILES_AT_ONCE = 16
_MOST_PARTS = 1000  # of the files, each of which is read again if a worker dies


class Cluster:
    """Workers of Ray, which are started once there is enough to do for them.

    `address` is `local` for processes of this machine, or that of a cluster, as ray://host:10001,
    on whose machines the same version of Pincite is installed. Each of `workers`, by default one a
    core, reads files, or holds the encoder and computes in one thread, or on a GPU if the encoder
    runs there. One that dies is started anew, and what it had under way is done again.

    Raises:
        ClusterError: Ray is not installed or not to be reached, or workers die again and again.
    """

    def __init__(self, address: str, model: ModelFiles, workers: int | None = None) -> None:
        self._address = address
        self._model = model
        self._workers = workers

    def read(self, job: Job, files: Sequence[File]) -> Readings:
        """Yield what became of each file, in order, as read_isolated does."""
        if len(files) <= _FEW:
            yield from read_isolated(job, files)
            return
        with connected(self._address, self._workers, "CPU") as count:
            pool = Pool(
                ReadingWorker,
                (JOB.dump_json(job),),
                count,
                parts=min(-(-len(files) // _FILES_AT_ONCE), _MOST_PARTS),
                at_once=_FILES_AT_ONCE,
            )
            remaining = iter(files)
            for rows in execute([{FILES: FILE.dump_json(file)} for file in files], pool):
                for content in rows[READINGS]:
                    yield decode(content, next(remaining))

    @contextmanager
    def spread(self, embedder: Embedder) -> Iterator[Batches]:
        """Give what embeds by workers as `embedder` does; Ray is left with the block."""
        on_gpu = embedder.device.startswith("cuda")
        with ExitStack() as stack:
            counts: list[int] = []

            def batches(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
                if len(texts) <= AT_ONCE:
                    yield from embed_batches(embedder, texts)
                    return
                if not counts:
                    kind = "GPU" if on_gpu else "CPU"
                    reached = connected(self._address, self._workers, kind)
                    counts.append(stack.enter_context(reached))
                yield from self._embed(embedder, texts, counts[0], on_gpu=on_gpu)

            yield batches

    def _embed(
        self, embedder: Embedder, texts: Sequence[str], count: int, *, on_gpu: bool
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Yield the places and vectors of the batches that are made here too, so that the same."""
        places = list(batch_places(texts))
        content = {}
        if isinstance(embedder, CompiledEmbedder):
            content = {path.name: path.read_bytes() for path in embedder.folder.iterdir()}
        made_with = (self._model, embedder.encoder, embedder.device, content)
        pool = Pool(EmbeddingWorker, made_with, count, parts=len(places), on_gpu=on_gpu)
        remaining = iter(places)
        asked = [{TEXTS: [texts[place] for place in batch]} for batch in places]
        for rows in execute(asked, pool):
            for vectors in rows[VECTORS]:
                batch = next(remaining)
                yield batch, np.frombuffer(vectors, dtype=np.float32).reshape(len(batch), -1)
