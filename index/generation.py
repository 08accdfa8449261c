"""Generations on disk: staged in full, published by one atomic rename, read by many.

<index>/CURRENT                 one line: the id of the live generation
<index>/generations/<id>/       immutable once published
<index>/staging/<id>/           a build under way, or what one left behind
<index>/unfinished/             vectors of a build that was stopped, by encoder
<index>/report.json             what the last build did with each file
<index>/lock                    held by whoever builds
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.analysis import Analyzer
from index.catalog import Catalog
from index.engine import Generation
from index.errors import IndexDamaged, IndexMissing, StoredIndexError
from index.halves import HalfRows
from index.lexical import LexicalIndex
from index.manifest import Manifest, hash_files, read_manifest
from index.report import NAME as REPORT
from index.report import Report, StoredReport
from index.selection import Selector
from index.stored import StoredPassages
from index.terms import PassageTerms
from index.vectors import VectorIndex

CATALOG, VECTORS, POSTINGS, ENCODER = "catalog.sqlite", "vectors.faiss", "postings", "encoder"
LISTS = "lists.faiss"
UNFINISHED = "unfinished"
SENTENCES, COLUMNS, KEYS = "sentences.f16", "passages.npy", "keys.npz"


@dataclass(frozen=True, slots=True)
class StoredGeneration(Generation):
    """A generation in files of this machine, which the next build can take over from."""

    catalog: Catalog
    passages: StoredPassages


class IndexFolder:
    """The index.engine.Engine that is a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._report = StoredReport(folder)

    def __str__(self) -> str:
        """Return the folder, as messages name it."""
        return str(self._folder)

    def current_id(self) -> str:
        """Return the id of the live generation; see current_id."""
        return current_id(self._folder)

    def open(self, identity: str) -> StoredGeneration:
        """Open a generation; see open_generation."""
        return open_generation(self._folder, identity)

    def report(self) -> Report | None:
        """Return what the last build did with each file."""
        return self._report.read()


def current_id(folder: Path) -> str:
    """Return the id of the live generation.

    Raises:
        IndexMissing: nothing has been published in `folder`.
        StoredIndexError: the folder holds something else than an index.
    """
    try:
        return (folder / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        check_is_index(folder)
        raise IndexMissing(
            f"there is no index in {folder} yet; build one with: pincite index --index {folder}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoredIndexError(
            f"{folder} cannot be read as an index: {error}; name another with --index"
        ) from error


def check_is_index(folder: Path) -> None:
    """Refuse a folder that holds something else than an index.

    Raises:
        StoredIndexError: it does.
    """
    ours = {"CURRENT", "generations", "staging", UNFINISHED, REPORT, "lock"}
    if folder.is_file():
        raise StoredIndexError(f"{folder} is a file; --index takes a folder")
    strangers = sorted({path.name for path in folder.iterdir()} - ours) if folder.exists() else []
    if strangers:
        raise StoredIndexError(
            f"{folder} is not a Pincite index (it holds {strangers[0]}); "
            "name a new or empty folder with --index"
        )


def open_generation(folder: Path, identity: str | None = None) -> StoredGeneration:
    """Open the live generation, or the one called `identity`, once its files match its manifest.

    Raises:
        IndexMissing: nothing has been published.
        IndexMismatch: another version of Pincite wrote it.
        IndexDamaged: a file is missing, altered or added.
    """
    identity = identity or current_id(folder)
    place = folder / "generations" / identity
    manifest = read_manifest(place)
    found = hash_files(place)
    for name in sorted(found.keys() | manifest.files.keys()):
        if found.get(name) != manifest.files.get(name):
            raise IndexDamaged(
                f"{place / name} does not match its manifest; run: pincite index --rebuild"
            )
    catalog = Catalog(place / CATALOG)
    columns = np.asarray(np.load(place / COLUMNS, mmap_mode="r"))
    return StoredGeneration(
        id=identity,
        folder=place,
        manifest=manifest,
        catalog=catalog,
        passages=StoredPassages(
            selector=Selector(catalog, columns["document"][:-1], manifest.documents),
            vectors=_open_vectors(place, manifest),
            lexical=LexicalIndex(place / POSTINGS),
            terms=PassageTerms(place),
            columns=columns,
            sentences=HalfRows(place / SENTENCES, manifest.sentences, manifest.dimension),
        ),
        analyzer=Analyzer(manifest.language),
        size=sum((place / name).stat().st_size for name in found),
    )


def _open_vectors(place: Path, manifest: Manifest) -> VectorIndex:
    if manifest.lists is None:
        return VectorIndex(place / VECTORS)
    return VectorIndex(place / VECTORS, place / LISTS, manifest.lists.probes)


@contextmanager
def writing(folder: Path, wait: float = 0.0) -> Iterator[Path]:
    """Hold the index for writing and give an empty folder to stage a generation in.

    Raises:
        StoredIndexError: another process goes on writing for `wait` seconds, or the folder cannot
            be written.
    """
    check_is_index(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock", timeout=wait):
            shutil.rmtree(folder / "staging", ignore_errors=True)
            identity = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}"
            staged = folder / "staging" / identity
            staged.mkdir(parents=True)
            try:
                yield staged
            finally:
                shutil.rmtree(folder / "staging", ignore_errors=True)
    except Timeout:
        raise StoredIndexError(
            f"{folder} is being written by another process; wait until it ends and try again"
        ) from None
    except PermissionError as error:
        raise StoredIndexError(
            f"{error.filename} cannot be written: {error.strerror}; "
            "allow it or name another folder with --index"
        ) from error


def publish(folder: Path, staged: Path) -> str:
    """Make a staged generation the live one and return its id.

    Files are synced before the rename, and the rename before CURRENT is replaced, which is the
    only commit point: whatever happens earlier leaves the old generation live. That one is kept,
    for running requests may still read it; all others go.
    """
    before = _published_id(folder)
    for path in sorted(staged.rglob("*")):
        _sync(path)
    _sync(staged)
    generations = folder / "generations"
    generations.mkdir(exist_ok=True)
    staged.rename(generations / staged.name)
    _sync(generations)
    pointer = folder / "staging" / "CURRENT"
    pointer.write_text(staged.name + "\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(folder / "CURRENT")
    _sync(folder)
    for path in generations.iterdir():
        if path.name not in {before, staged.name}:
            shutil.rmtree(path, ignore_errors=True)  # a reader may hold it; the next one takes it
    return staged.name


def _published_id(folder: Path) -> str | None:
    try:
        return current_id(folder)
    except StoredIndexError:
        return None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
