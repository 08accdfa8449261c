"""The documents folder that an index was built from, so that another one is not taken for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from index.building.reconciling import DELETIONS, Plan, is_suspicious
from index.corpus.folder import Corpus, Folder
from index.corpus.remote import RemoteFolder
from index.corpus.scanning import File, printable
from index.errors import DocumentsFolderError, DocumentsMismatch, StoredIndexError
from index.generation.engine import Generation
from index.generation.folder import current_id
from index.generation.manifest import Manifest, read_contents


def documents_at(corpus: Corpus) -> str:
    """Return the absolute path of a documents folder, links not followed, or its URL."""
    if isinstance(corpus, RemoteFolder):
        return corpus.url
    return _absolute(corpus.root) if isinstance(corpus, Folder) else ""


def check_documents(manifest: Manifest, index: Path, corpus: Corpus, plan: Plan) -> None:
    """Refuse another documents folder that holds other documents.

    A folder that holds most of the documents is the same one, moved. An empty folder may be one
    that is not mounted, which the build refuses without deleting anything.

    Raises:
        DocumentsMismatch: it is another folder with other documents.
    """
    before, now = manifest.documents_at, documents_at(corpus)
    is_other = plan.finds_any and plan.gone > DELETIONS * manifest.documents
    if before and now and before != now and is_other:
        raise _mismatch(index, before, now)


def check_source(generation: Generation, index: Path, folder: Path) -> None:
    """Refuse to answer for a documents folder from the index of another one.

    As check_documents, but without reading the folder: its files are looked up by the paths of the
    indexed documents.

    Raises:
        DocumentsMismatch: it is another folder with other documents.
    """
    before, now = generation.manifest.documents_at, _absolute(folder)
    if not before or before == now or not folder.is_dir() or not any(folder.iterdir()):
        return
    gone = sum(not (folder / path).exists() for path in generation.catalog.paths())
    if gone > DELETIONS * generation.manifest.documents:
        raise _mismatch(index, before, now)


def _mismatch(index: Path, before: str, now: str) -> DocumentsMismatch:
    return DocumentsMismatch(
        f"the index in {index} holds the documents of {before}, not those of {now}; "
        "name another --index, or replace them: pincite index --adopt"
    )


def _absolute(folder: Path) -> str:
    return printable(os.path.abspath(folder))  # noqa: PTH100 - keeps links


def check_remaining(index: Path, corpus: Corpus, files: Sequence[File], deletions: float) -> None:
    """Refuse to rebuild an index from a folder that has lost a larger share than `deletions`.

    A rebuild takes nothing over, so it cannot keep documents whose files are gone.

    Raises:
        DocumentsFolderError: that is so.
    """
    try:
        last = read_contents(index / "generations" / current_id(index))
    except StoredIndexError:
        return
    left = sum(bool(file.digest) for file in files)
    here = documents_at(corpus)
    if left and last.documents_at in {"", here}:
        gone = last.documents - left
        if is_suspicious(gone, last.documents, deletions):
            raise DocumentsFolderError(
                f"{here} holds {left} files, but the index holds {last.documents} documents; "
                "mount the missing disk, or delete them: pincite index --rebuild --allow-deletions"
            )
