"""The encoder of a generation in Milvus, which readers keep in a local folder."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from contextlib import suppress
from pathlib import Path

from index.errors import IndexDamaged
from index.generation.folder import ENCODER
from index.generation.manifest import Manifest
from index.milvus import records
from index.milvus.address import REBUILD
from index.milvus.records import Records, named


def fetch_encoder(found: Records, manifest: Manifest, cache: Path) -> Path:
    """Return the folder of the encoder below `cache`, after fetching it if needed.

    Raises:
        IndexDamaged: a file of the encoder does not match the manifest.
        StoredIndexError: Milvus does not answer.
    """
    files = {
        name: digest for name, digest in manifest.files.items() if name.startswith(f"{ENCODER}/")
    }
    identity = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:32]
    place = cache / identity
    if not files:  # torch runs the model
        place.mkdir(parents=True, exist_ok=True)
    if place.exists():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        staged = Path(temporary) / identity
        for name, digest in files.items():
            content = base64.b64decode(found.read(named(records.FILE, name)) or "")
            if hashlib.sha256(content).hexdigest() != digest:
                raise IndexDamaged(f"{name} in Milvus does not match its manifest", REBUILD)
            target = staged / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        with suppress(OSError):  # another process has stored the same encoder
            staged.rename(place)
    return place
