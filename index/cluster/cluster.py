"""Reading files and embedding texts with workers of Ray."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import numpy as np
from numpy.typing import NDArray

from index.cluster.connection import connected
from index.cluster.execution import Executor, Pool, Rows, Work
from index.cluster.workers import (
    DIGESTS,
    FAILURES,
    FILES,
    PATHS,
    READINGS,
    SPANS,
    TEXTS,
    VECTORS,
    EmbeddingWorker,
    HashingWorker,
    ReadingWorker,
    pack_spans,
)
from index.corpus.remote import Hashed, hash_here
from index.corpus.scanning import File
from index.embedding.compiled import CompiledEmbedder
from index.embedding.embedder import (
    AT_ONCE,
    Batches,
    Embedder,
    Vectors,
    batch_places,
    embed_batches,
)
from index.embedding.models import ModelFiles
from index.embedding.spans import Spans
from index.ingest.isolation import decode, read_isolated
from index.ingest.job import FILE, JOB, Job
from index.ingest.reading import Readings

_FEW = 32  # files; reading them here takes less time than starting workers
_FILES_AT_ONCE = 16
_MOST_PARTS = 1000  # into which files are divided; a part is read again if its worker dies


class Cluster:
    """Workers of Ray, which are started when there is enough work for them.

    `address` is `local` for processes of this machine, or the address of a cluster, such as
    ray://host:10001, whose machines have the same version of Pincite installed. Each of `workers`,
    by default one for each core, reads files, or holds the encoder and computes in one thread, or
    on a GPU if the encoder runs on one. A worker that dies is replaced, and its work is done again.

    Raises:
        ClusterError: Ray is not installed or cannot be reached, or workers die repeatedly.
    """

    def __init__(self, address: str, workers: int | None = None) -> None:
        self._address = address
        self._workers = workers

    def read(self, job: Job, files: Sequence[File]) -> Readings:
        """Yield each file with what became of it, in order, as read_isolated does."""
        if len(files) <= _FEW:
            yield from read_isolated(job, files)
            return
        asked = [{FILES: FILE.dump_json(file)} for file in files]
        made = self._execute(asked, ReadingWorker, JOB.dump_json(job))
        readings = (content for rows in made for content in rows[READINGS])
        for file, content in zip(files, readings, strict=True):
            yield file, decode(content, file)

    def hash_files(self, url: str, paths: Sequence[str]) -> Iterator[Hashed]:
        """Yield the SHA-256 of files, in order, as hash_here does."""
        if len(paths) <= _FEW:
            yield from hash_here(url, paths)
            return
        for rows in self._execute([{PATHS: path} for path in paths], HashingWorker, url):
            yield from zip(map(str, rows[DIGESTS]), map(str, rows[FAILURES]), strict=True)

    def _execute(
        self, rows: Sequence[Mapping[str, object]], make: Callable[..., Work], *made_with: object
    ) -> Iterator[Rows]:
        """Let workers process rows, one for each file."""
        with connected(self._address, self._workers, "CPU") as count:
            parts = min(-(-len(rows) // _FILES_AT_ONCE), _MOST_PARTS)
            pool = Pool(make, made_with, parts, _FILES_AT_ONCE)
            yield from Executor(self._address, count).execute(rows, pool)

    @contextmanager
    def spread(self, model: ModelFiles, embedder: Embedder) -> Iterator[Batches]:
        """Give Batches that embed with workers until the block ends, as `embedder` does."""
        with ExitStack() as stack:
            started: list[Executor] = []

            def batches(
                texts: Sequence[str], spans: Sequence[Spans]
            ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
                if len(texts) <= AT_ONCE:
                    yield from embed_batches(embedder, texts, spans)
                    return
                if not started:
                    kind = "GPU" if _on_gpu(embedder) else "CPU"
                    reached = connected(self._address, self._workers, kind)
                    started.append(Executor(self._address, stack.enter_context(reached)))
                yield from _embed((model, embedder), texts, spans, started[0])

            yield batches


def _embed(
    made_by: tuple[ModelFiles, Embedder],
    texts: Sequence[str],
    spans: Sequence[Spans],
    executor: Executor,
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Embed the same batches as a build without Ray does, so that the vectors are equal."""
    model, embedder = made_by
    content = {}
    if isinstance(embedder, CompiledEmbedder):
        content = {path.name: path.read_bytes() for path in embedder.folder.iterdir()}
    places = list(batch_places(texts))
    on_gpu = _on_gpu(embedder)
    device = "cuda" if on_gpu else embedder.device  # Ray lets each worker see one GPU
    made_with = (model, embedder.encoder, device, content)
    pool = Pool(EmbeddingWorker, made_with, parts=len(places), on_gpu=on_gpu)
    asked = [
        {
            TEXTS: [texts[place] for place in batch],
            SPANS: pack_spans([spans[place] for place in batch]),
        }
        for batch in places
    ]
    made = (vectors for rows in executor.execute(asked, pool) for vectors in rows[VECTORS])
    for batch, vectors in zip(places, made, strict=True):
        rows = len(batch) + sum(len(spans[place]) for place in batch)
        yield batch, np.frombuffer(vectors, dtype=np.float32).reshape(rows, -1)


def _on_gpu(embedder: Embedder) -> bool:
    return embedder.device.startswith("cuda")
