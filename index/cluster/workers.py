"""What each worker holds, and what it makes of rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from index.cluster.execution import Rows
from index.corpus.remote import Store, hash_file
from index.embedding.models import ModelFiles
from index.embedding.spans import Spans
from index.generation.encoders import stored_embedder
from index.ingest.isolation import IsolatedReader
from index.ingest.job import FILE, JOB
from index.ingest.worker import encode
from index.types import Span

FILES, READINGS = "files", "readings"
TEXTS, SPANS, VECTORS = "texts", "spans", "vectors"
PATHS, DIGESTS, FAILURES = "paths", "digests", "failures"

_SPANS = TypeAdapter(list[tuple[Span, ...]])


class EmbeddingWorker:
    """Holds an encoder; where it is compiled, `content` is that of its files, by name."""

    def __init__(
        self, model: ModelFiles, encoder: str, device: str, content: dict[str, bytes]
    ) -> None:
        # gone once it is opened, for a process of Ray that has no more to do is killed
        with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
            folder = Path(temporary)
            for name, written in content.items():
                (folder / name).write_bytes(written)
            self._embedder = stored_embedder(model, encoder, folder, device, threads=1)

    def __call__(self, rows: Rows) -> Rows:
        """Return the vectors of the texts and spans of each row, as bytes of float32."""
        asked = zip(rows[TEXTS], rows[SPANS], strict=True)
        return {
            VECTORS: [
                self._embedder.embed(list(texts), unpack_spans(spans)).tobytes()
                for texts, spans in asked
            ]
        }


class ReadingWorker:
    """Has files read in a process with limits, by a job in JSON."""

    def __init__(self, job: bytes) -> None:
        self._reader = IsolatedReader(JOB.validate_json(job))

    def __call__(self, rows: Rows) -> Rows:
        """Return what became of each file, both in JSON."""
        files = (FILE.validate_json(content) for content in rows[FILES])
        return {READINGS: [encode(self._reader.read(file)) for file in files]}


class HashingWorker:
    """Fetches files of a URL to hash them."""

    def __init__(self, url: str) -> None:
        self._store = Store(url)

    def __call__(self, rows: Rows) -> Rows:
        """Return the digest of each file, or why there is none."""
        found = [hash_file(self._store, path) for path in rows[PATHS]]
        return {DIGESTS: [one for one, _ in found], FAILURES: [why for _, why in found]}


def pack_spans(spans: Sequence[Spans]) -> str:
    """Return the spans of some texts as JSON."""
    return _SPANS.dump_json([tuple(its) for its in spans]).decode()


def unpack_spans(content: str) -> list[tuple[Span, ...]]:
    """Return the spans that were packed."""
    return _SPANS.validate_json(content)
