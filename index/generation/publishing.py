"""Writing an index: by one process at a time, staged in full, published by one atomic rename."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from index.errors import StoredIndexError
from index.files.access import match_access
from index.files.fsync import make_folder, sync
from index.generation.folder import UNFINISHED, check_is_index, current_id, generation_ids
from index.generation.lease import delete_unless_leased
from index.generation.manifest import read_number

_OWNER = "owner.json"
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}


class Owner(BaseModel):
    """The process that writes an index; it is recorded in the staging folder."""

    process: int
    host: str
    since: datetime

    def __str__(self) -> str:
        return f"process {self.process} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def writing(folder: Path, wait: float = 0.0) -> Iterator[Path]:
    """Take the write lock of an index and give an empty folder to stage a generation in.

    It is a lock of the system, which ends with its process. Files that a stopped process left
    behind are deleted first.

    Raises:
        StoredIndexError: another process still writes after `wait` seconds, or the folder cannot be
            written.
    """
    check_is_index(folder)
    try:
        make_folder(folder)
        with FileLock(folder / "lock", timeout=wait):
            staging = folder / "staging"
            shutil.rmtree(staging, ignore_errors=True)
            _delete_unpublished(folder)
            try:
                now = datetime.now(UTC)
                staged = staging / f"{now:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}"
                staged.mkdir(parents=True)
                owner = Owner(process=os.getpid(), host=socket.gethostname(), since=now)
                (staging / _OWNER).write_text(owner.model_dump_json(), encoding="utf-8")
                yield staged
            finally:
                shutil.rmtree(staging, ignore_errors=True)
                match_access((*folder.iterdir(), *(folder / UNFINISHED).glob("*")), folder)
    except Timeout:
        _check_locks(folder)
        raise StoredIndexError(
            f"{folder} is being written by {_owner(folder)}; "
            "wait until it ends, for instance with --wait 600, or end it"
        ) from None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            _check_locks(folder)
        if not isinstance(error, PermissionError):
            raise
        raise StoredIndexError(
            f"{error.filename} cannot be written: {error.strerror}; "
            "allow it or name another folder with --index"
        ) from error


def _check_locks(folder: Path) -> None:
    """Raise StoredIndexError if the file system of a folder has no locks."""
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoredIndexError(
                f"the file system of {folder} has no file locks ({error.strerror}), so that two "
                "processes could write the index at once; name a folder on another disk with "
                "--index"
            ) from error


def publish(folder: Path, staged: Path) -> str:
    """Make a staged generation the live one and return its id.

    Files are synced before the rename, and the rename before CURRENT is replaced. Replacing CURRENT
    is the only commit point: a failure before it leaves the old generation live. The old generation
    is kept as a fallback; older ones are deleted unless a reader has a lease on them.
    """
    before = _published_id(folder)
    paths = [staged, *sorted(staged.rglob("*"))]
    match_access(paths, folder)
    for path in paths:
        sync(path)
    generations = folder / "generations"
    make_folder(generations)
    staged.rename(generations / staged.name)
    sync(generations)
    pointer = folder / "staging" / "CURRENT"
    pointer.write_text(staged.name + "\n", encoding="ascii")
    sync(pointer)
    pointer.replace(folder / "CURRENT")
    sync(folder)
    _delete_others(folder, {before, staged.name})
    return staged.name


def _delete_unpublished(folder: Path) -> None:
    """Delete generations that a stopped process renamed but did not publish, or did not delete."""
    live, ids = _published_id(folder), generation_ids(folder)
    if live in ids:
        before = ids[: ids.index(live)]
        _delete_others(folder, {live, *before[-1:]})


def _delete_others(folder: Path, kept: Collection[str | None]) -> None:
    for identity in generation_ids(folder):
        if identity not in kept:
            delete_unless_leased(folder / "generations" / identity)


def next_number(folder: Path) -> int:
    """Return the number of the next generation of an index."""
    numbers = [read_number(folder / "generations" / one) for one in generation_ids(folder)]
    return max(numbers, default=0) + 1


def _owner(folder: Path) -> Owner | str:
    with suppress(OSError, ValidationError):
        return Owner.model_validate_json((folder / "staging" / _OWNER).read_bytes())
    return "another process"


def _published_id(folder: Path) -> str | None:
    try:
        return current_id(folder)
    except StoredIndexError:
        return None
