"""Holding the folder of a generation that is open, so that no publishing deletes it.

Files are opened on first use, by other threads too, so a generation is needed whole until the last
request that reads it has ended. The hold is a lock of the system (flock): it ends with the process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from contextlib import suppress
from pathlib import Path


class Hold:
    """Keeps a folder from being deleted by `delete_unless_held` as long as this object lives.

    Raises:
        FileNotFoundError: it is not there, or is being deleted.
    """

    def __init__(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        weakref.finalize(self, os.close, descriptor)
        if not _lock(descriptor, fcntl.LOCK_SH):
            raise FileNotFoundError(2, "is being deleted", str(folder))


def delete_unless_held(folder: Path) -> None:
    """Delete a folder if no process holds it; where that fails it is left to another time."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if _lock(descriptor, fcntl.LOCK_EX):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    """Return whether a lock was taken; where the file system knows none, it counts as taken."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
