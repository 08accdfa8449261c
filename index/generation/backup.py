"""A generation in one file: its vectors, its postings and its documents' texts, with their hashes.

It is a plain tar, so that any program reads it, of the files that the manifest names; the manifest
itself, which holds their SHA-256, stands first.
"""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path

from index.errors import BackupError
from index.files.fsync import sync
from index.files.hashes import hash_files
from index.generation.folder import open_generation
from index.generation.manifest import NAME, read_manifest
from index.generation.publishing import publish, writing


def back_up(folder: Path, file: Path) -> str:
    """Write the live generation of an index into a new file and return its id.

    The file has its name once it is whole and on disk. The index may be written meanwhile.

    Raises:
        BackupError: there is such a file, or it cannot be written.
        StoredIndexError: there is no sound index in the folder.
    """
    if os.path.lexists(file):
        raise BackupError(f"{file} exists; a backup takes the place of nothing, name a new file")
    generation = open_generation(folder)  # which is sound, and not deleted while it is open
    try:
        descriptor, name = tempfile.mkstemp(prefix=".pincite-backup-", dir=file.parent)
        staged = Path(name)
        try:
            with (
                os.fdopen(descriptor, "wb") as whole,
                tarfile.open(fileobj=whole, mode="w:") as archive,
            ):
                for path in (NAME, *sorted(generation.manifest.files)):
                    archive.add(generation.folder / path, path)
            sync(staged)
            _name(staged, file)
        finally:
            staged.unlink(missing_ok=True)
    except FileExistsError as error:
        raise BackupError(f"{file} exists by now; name a new file") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error}") from error
    return generation.id


def restore(file: Path, folder: Path) -> str:
    """Publish the generation in a backup as the first of a new index and return its id.

    Raises:
        BackupError: it is no backup, or one that is damaged; nothing is published.
        StoredIndexError: the folder holds an index, or something else.
    """
    with writing(folder) as staged:
        if (folder / "CURRENT").exists():
            raise BackupError(
                f"{folder} holds an index; name a new folder with --index, or move it away"
            )
        try:
            with tarfile.open(file, "r:") as archive:
                for member in archive:
                    if not member.isreg() or member.issparse():
                        raise BackupError(f"{file} is not a backup: it holds {member.name!r}")
                    archive.extract(member, staged, set_attrs=False, filter="data")
        except OSError as error:
            raise BackupError(f"{file} cannot be read: {error}") from error
        except tarfile.TarError as error:
            raise BackupError(f"{file} is not a whole backup: {error}") from error
        if hash_files(staged, leave_out=NAME) != read_manifest(staged).files:
            raise BackupError(f"{file} is damaged: its files do not match their hashes")
        return publish(folder, staged)


def _name(staged: Path, file: Path) -> None:
    """Give a whole file its name, which nothing may have; without links, as nearly as can be."""
    try:
        file.hardlink_to(staged)
    except FileExistsError:
        raise
    except OSError:
        staged.rename(file)
    sync(file.parent)
