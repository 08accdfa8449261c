"""The folder of an index, and opening its generations; index.generation.publishing writes them.

<index>/CURRENT                 one line: the id of the live generation
<index>/generations/<id>/       immutable once published
<index>/staging/<id>/           a running build, or what a stopped one left behind
<index>/unfinished/             vectors of a stopped build, by encoder
<index>/report.json             the result of the last build for each file
<index>/failures.json           files that passed a limit of reading, which are not tried again
<index>/removed.jsonl           documents that were deleted on purpose since the last build
<index>/remote.json             the digests of files at a URL when they were last fetched
<index>/lock                    locked by the process that writes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.catalog.reader import Catalog
from index.catalog.selection import Selector
from index.corpus.remote import SEEN
from index.corpus.removals import REMOVED
from index.corpus.scanning import printable
from index.errors import IndexDamaged, IndexMissing, StoredIndexError
from index.generation.engine import Generation
from index.generation.lease import Lease
from index.generation.local_passages import LocalPassages
from index.generation.manifest import Manifest, find_damage, read_manifest, read_number
from index.lexical.analysis import Analyzer
from index.lexical.bm25 import LexicalIndex
from index.lexical.terms import PassageTerms
from index.report import NAME as REPORT
from index.report import Report, StoredReport
from index.vectors.faiss_index import VectorIndex
from index.vectors.float16 import Float16Rows

CATALOG, VECTORS, POSTINGS, ENCODER = "catalog.sqlite", "vectors.faiss", "postings", "encoder"
LISTS = "lists.faiss"
UNFINISHED = "unfinished"
FAILURES = "failures.json"
SENTENCES, COLUMNS, KEYS = "sentences.f16", "passages.npy", "keys.npy"

_SYSTEM = "lost+found"  # at the root of a file system

_ID = re.compile(r"\w[\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGeneration(Generation):
    """A generation in local files, from which the next build can take documents and vectors.

    `lease` keeps the files from being deleted while they may be read.
    """

    catalog: Catalog
    passages: LocalPassages
    lease: Lease


class IndexFolder:
    """The index.generation.engine.Engine over a local folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._report = StoredReport(folder)

    def __str__(self) -> str:
        """Return the path, for messages."""
        return str(self._folder)

    def current_id(self) -> str:
        """Return the id of the live generation; see the function current_id."""
        return current_id(self._folder)

    def ids(self) -> list[str]:
        """Return the ids of all generations, oldest first; see generation_ids."""
        return generation_ids(self._folder)

    def open(self, identity: str) -> StoredGeneration:
        """Open a generation; see open_generation."""
        return open_generation(self._folder, identity)

    def report(self) -> Report | None:
        """Return the report of the last build."""
        return self._report.read()


def current_id(folder: Path) -> str:
    """Return the id of the live generation.

    Raises:
        IndexMissing: nothing has been published in `folder`.
        IndexDamaged: CURRENT does not name a generation.
        StoredIndexError: the folder is not an index.
    """
    try:
        identity = (folder / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        check_is_index(folder)
        if not folder.exists():
            raise IndexMissing(
                f"the index folder {folder} does not exist; if it was moved, move it back or "
                f"name it with --index, else build one with: pincite index --index {folder}"
            ) from None
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
    """Return the ids of all generations, oldest first, the live one included.

    Their order is that of the numbers in their manifests; unreadable ones come first.
    """
    try:
        places = list((folder / "generations").iterdir())
    except OSError:  # none has been published, or the index was deleted
        return []
    return [name for _, name in sorted((read_number(place), place.name) for place in places)]


def check_is_index(folder: Path) -> None:
    """Refuse what cannot be the folder of an index.

    Raises:
        IndexMissing: it is a link to nothing.
        StoredIndexError: it is a file, its name is not UTF-8, or it holds other files.
    """
    ours = {
        "CURRENT",
        "generations",
        "staging",
        UNFINISHED,
        REPORT,
        SEEN,
        FAILURES,
        REMOVED,
        "lock",
        _SYSTEM,
    }
    if folder.is_symlink() and not folder.exists():
        raise IndexMissing(
            f"{folder} is a link to a folder that does not exist; mount or make that folder, or "
            "name another with --index"
        )
    if folder.exists() and not folder.is_dir():
        raise StoredIndexError(f"{folder} is a file; --index takes a folder")
    if printable(str(folder)) != str(folder):  # libraries that read the index take no other name
        raise StoredIndexError(
            f"{printable(str(folder))}: its name is not UTF-8; name another folder with --index"
        )
    strangers = sorted({path.name for path in folder.iterdir()} - ours) if folder.exists() else []
    if strangers:
        raise StoredIndexError(
            f"{folder} is not a Pincite index (it holds {strangers[0]}); "
            "name a new or empty folder with --index"
        )


def open_generation(folder: Path, identity: str | None = None) -> StoredGeneration:
    """Open the live generation, or the one with the id `identity`.

    All files are compared with the hashes in the manifest before any library reads them. If only
    files of the encoder differ, the generation is opened with this `damage`.

    Raises:
        IndexMissing: nothing has been published.
        IndexMismatch: another version of Pincite wrote it.
        IndexDamaged: another file is missing, altered or added.
        StoredIndexError: it cannot be read, for instance because file handles ran out.
    """
    place = folder / "generations" / (identity or current_id(folder))
    try:
        return _open(place)
    except FileNotFoundError as error:
        raise IndexDamaged(f"{error.filename} is missing") from error
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or "no memory is left"
        raise StoredIndexError(
            f"{place} cannot be read: {reason}; check that this user may read it, and that memory "
            "and file handles are free"
        ) from error


def _open(place: Path) -> StoredGeneration:
    lease = Lease(place)
    manifest = read_manifest(place)
    damage = find_damage(place, manifest)
    encoder = {name for name in manifest.files if name.startswith(f"{ENCODER}/")}
    if damage.keys() - encoder:
        raise IndexDamaged("; ".join(damage.values()))
    try:
        return _open_files(place, manifest, damage, lease)
    except IndexDamaged as error:  # although the hashes match
        raise StoredIndexError(
            f"{error.reason}; check that memory and file handles are free"
        ) from error
    except (ValueError, EOFError, LookupError, TypeError) as error:  # of another program
        raise IndexDamaged(f"{place.name} holds what no build writes: {error}") from error


def _open_files(
    place: Path, manifest: Manifest, damage: Mapping[str, str], lease: Lease
) -> StoredGeneration:
    catalog = Catalog(place / CATALOG)
    columns = np.asarray(np.load(place / COLUMNS, mmap_mode="r"))
    return StoredGeneration(
        id=place.name,
        lease=lease,
        folder=place,
        manifest=manifest,
        catalog=catalog,
        passages=LocalPassages(
            selector=Selector(catalog, columns["document"][:-1], manifest.documents),
            vectors=_open_vectors(place, manifest),
            lexical=LexicalIndex(place / POSTINGS),
            terms=PassageTerms(place),
            columns=columns,
            sentences=Float16Rows(place / SENTENCES, manifest.sentences, manifest.dimension),
        ),
        analyzer=Analyzer(manifest.language),
        size=sum((place / name).stat().st_size for name in manifest.files if name not in damage),
        damage="; ".join(damage.values()),
    )


def _open_vectors(place: Path, manifest: Manifest) -> VectorIndex:
    if manifest.lists is None:
        return VectorIndex(place / VECTORS)
    return VectorIndex(place / VECTORS, place / LISTS, manifest.lists.probes)
