"""Generations on disk, open for reading; index.generation.publishing writes them.

<index>/CURRENT                 one line: the id of the live generation
<index>/generations/<id>/       immutable once published
<index>/staging/<id>/           a build under way, or what one left behind
<index>/unfinished/             vectors of a build that was stopped, by encoder
<index>/report.json             what the last build did with each file
<index>/remote.json             what files of a URL held when they were last fetched
<index>/lock                    held by whoever builds
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.catalog.reader import Catalog
from index.catalog.selection import Selector
from index.corpus.remote import SEEN
from index.errors import IndexDamaged, IndexMissing, StoredIndexError
from index.generation.engine import Generation
from index.generation.lease import Hold
from index.generation.local_passages import StoredPassages
from index.generation.manifest import Manifest, find_damage, read_manifest
from index.lexical.analysis import Analyzer
from index.lexical.bm25 import LexicalIndex
from index.lexical.terms import PassageTerms
from index.report import NAME as REPORT
from index.report import Report, StoredReport
from index.vectors.faiss_index import VectorIndex
from index.vectors.float16 import HalfRows

CATALOG, VECTORS, POSTINGS, ENCODER = "catalog.sqlite", "vectors.faiss", "postings", "encoder"
LISTS = "lists.faiss"
UNFINISHED = "unfinished"
SENTENCES, COLUMNS, KEYS = "sentences.f16", "passages.npy", "keys.npy"

_ID = re.compile(r"\w[\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredGeneration(Generation):
    """A generation in files of this machine, which the next build can take over from.

    `hold` keeps the files from being deleted while they may be read.
    """

    catalog: Catalog
    passages: StoredPassages
    hold: Hold


class IndexFolder:
    """The index.generation.engine.Engine that is a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._report = StoredReport(folder)

    def __str__(self) -> str:
        """Return the folder, as messages name it."""
        return str(self._folder)

    def current_id(self) -> str:
        """Return the id of the live generation; see current_id."""
        return current_id(self._folder)

    def ids(self) -> list[str]:
        """Return the ids of all generations, oldest first; see generation_ids."""
        return generation_ids(self._folder)

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
        IndexDamaged: CURRENT does not name a generation.
        StoredIndexError: the folder holds something else than an index.
    """
    try:
        identity = (folder / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        check_is_index(folder)
        raise IndexMissing(
            f"there is no index in {folder} yet; build one with: pincite index --index {folder}"
        ) from None
    except OSError as error:
        raise StoredIndexError(
            f"{folder} cannot be read as an index: {error.strerror}; name another with --index"
        ) from error
    if not _ID.fullmatch(identity):
        raise IndexDamaged(f"{folder / 'CURRENT'} does not name a generation")
    return identity


def generation_ids(folder: Path) -> list[str]:
    """Return the ids of all generations that are there, oldest first, the live one among them."""
    generations = folder / "generations"
    return sorted(path.name for path in generations.iterdir()) if generations.is_dir() else []


def check_is_index(folder: Path) -> None:
    """Refuse a folder that holds something else than an index.

    Raises:
        StoredIndexError: it does.
    """
    ours = {"CURRENT", "generations", "staging", UNFINISHED, REPORT, SEEN, "lock"}
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

    No library reads a file before its hash has been compared.

    Raises:
        IndexMissing: nothing has been published.
        IndexMismatch: another version of Pincite wrote it.
        IndexDamaged: a file is missing, altered or added.
        StoredIndexError: it cannot be read, for want of file handles for instance.
    """
    place = folder / "generations" / (identity or current_id(folder))
    try:
        return _open(place)
    except FileNotFoundError as error:
        raise IndexDamaged(f"{error.filename} is missing") from error
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or "no memory is left"
        raise StoredIndexError(f"{place} cannot be read: {reason}") from error


def _open(place: Path) -> StoredGeneration:
    hold = Hold(place)
    manifest = read_manifest(place)
    if damage := find_damage(place, manifest):
        raise IndexDamaged("; ".join(damage))
    try:
        return _open_files(place, manifest, hold)
    except IndexDamaged as error:  # of files that are as they were written
        raise StoredIndexError(
            f"{error.told}; see that memory and file handles are to be had"
        ) from error


def _open_files(place: Path, manifest: Manifest, hold: Hold) -> StoredGeneration:
    catalog = Catalog(place / CATALOG)
    columns = np.asarray(np.load(place / COLUMNS, mmap_mode="r"))
    return StoredGeneration(
        id=place.name,
        hold=hold,
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
        size=sum((place / name).stat().st_size for name in manifest.files),
    )


def _open_vectors(place: Path, manifest: Manifest) -> VectorIndex:
    if manifest.lists is None:
        return VectorIndex(place / VECTORS)
    return VectorIndex(place / VECTORS, place / LISTS, manifest.lists.probes)
