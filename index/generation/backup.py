"""Backups: a generation in one file.

A backup is a plain tar of the manifest, which comes first, and of the files whose SHA-256 the
manifest lists.
"""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path

from index.errors import BackupError, IndexDamaged
from index.files.fsync import sync
from index.files.hashes import hash_files
from index.files.locks import delete_unless_locked, try_lock
from index.generation.folder import open_generation
from index.generation.manifest import NAME, read_manifest
from index.generation.publishing import publish, writing

_STAGED = ".pincite-backup-"  # the name of a backup begins with it until it is complete


def back_up(folder: Path, file: Path) -> str:
    """Write the live generation of an index into a new file and return its id.

    The file gets its name once it is complete and on disk. A build may run meanwhile.

    Raises:
        BackupError: the file exists, or it cannot be written.
        StoredIndexError: the folder holds no sound index.
    """
    if os.path.lexists(file):
        raise BackupError(f"{file} exists, and a backup replaces no file; name a new one")
    generation = open_generation(folder)  # verified, and leased until the backup is done
    if generation.damage:
        raise IndexDamaged(generation.damage)
    try:
        for left in file.parent.glob(f"{_STAGED}*"):
            delete_unless_locked(left)  # by a backup that was killed
        descriptor, name = tempfile.mkstemp(prefix=_STAGED, dir=file.parent)
        staged = Path(name)
        try:
            try_lock(descriptor)
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
        raise BackupError(
            f"{file} cannot be written: {error.strerror}; make room or name another place"
        ) from error
    return generation.id


def restore(file: Path, folder: Path) -> str:
    """Publish the generation in a backup as the first one of a new index and return its id.

    Raises:
        BackupError: the file is not a backup or is damaged, or the folder holds an index; nothing
            is published.
        StoredIndexError: the folder is neither empty nor an index.
    """
    with writing(folder) as staged:
        if (folder / "CURRENT").exists():
            raise BackupError(
                f"{folder} holds an index; name a new folder with --index, or move it away"
            )
        _extract(file, staged)
        if hash_files(staged, leave_out=NAME) != read_manifest(staged).files:
            raise BackupError(
                f"{file} is damaged: its files do not match their hashes; use another backup"
            )
        return publish(folder, staged)


def _extract(file: Path, folder: Path) -> None:
    """Write the files of a backup into a folder.

    Raises:
        BackupError: the backup cannot be read, or holds what is no plain file, or the folder cannot
            be written.
    """
    try:
        whole = file.open("rb")
    except OSError as error:
        raise BackupError(
            f"{file} cannot be read: {error.strerror}; name a file that pincite backup wrote"
        ) from error
    try:
        with whole, tarfile.open(fileobj=whole, mode="r:") as archive:
            for member in archive:
                if not member.isreg() or member.issparse():
                    raise BackupError(
                        f"{file} is not a backup: it holds {member.name!r}; name a file that "
                        "pincite backup wrote"
                    )
                archive.extract(member, folder, set_attrs=False, filter="data")
    except OSError as error:
        raise BackupError(
            f"{file} cannot be restored: {error.strerror or error}; make room, or name another "
            "folder with --index"
        ) from error
    except tarfile.TarError as error:
        raise BackupError(
            f"{file} is not a whole backup ({error}); make another one: pincite backup FILE"
        ) from error


def _name(staged: Path, file: Path) -> None:
    """Give a complete file its name, unless another file has it.

    On file systems without hard links, a file that takes the name at the same moment is replaced.
    """
    try:
        file.hardlink_to(staged)
    except FileExistsError:
        raise
    except OSError:
        staged.rename(file)
    sync(file.parent)
