"""The workers of a cluster: they embed texts, read files or hash files."""

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
    """Embeds texts; `content` holds the files of a compiled encoder by name, else it is empty."""

    def __init__(
        self, model: ModelFiles, encoder: str, device: str, content: dict[str, bytes]
    ) -> None:
        # deleted once the encoder is open, because Ray kills idle processes
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
    """Reads files in a process with limits, by a job in JSON."""

    def __init__(self, job: bytes) -> None:
        self._reader = IsolatedReader(JOB.validate_json(job))

    def __call__(self, rows: Rows) -> Rows:
        """Return the reading of each file; files and readings are in JSON."""
        files = (FILE.validate_json(content) for content in rows[FILES])
        return {READINGS: [encode(self._reader.read(file)) for file in files]}


class HashingWorker:
    """Fetches files of a URL to hash them."""

    def __init__(self, url: str) -> None:
        self._store = Store(url)

    def __call__(self, rows: Rows) -> Rows:
        """Return the digest of each file, or the reason why there is none."""
        found = [hash_file(self._store, path) for path in rows[PATHS]]
        return {DIGESTS: [one for one, _ in found], FAILURES: [why for _, why in found]}


def pack_spans(spans: Sequence[Spans]) -> str:
    """Return the spans of some texts as JSON."""
    return _SPANS.dump_json([tuple(its) for its in spans]).decode()


def unpack_spans(content: str) -> list[tuple[Span, ...]]:
    """Return the spans from JSON."""
    return _SPANS.validate_json(content)
