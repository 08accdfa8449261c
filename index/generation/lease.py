"""Leases: while a generation is open, its folder is not deleted.

Files may be opened late and by other threads, so the whole folder is needed until the last request
that reads it has ended. A lease is a shared lock of the system (flock): it ends with its process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from contextlib import suppress
from pathlib import Path

from index.files.locks import try_lock


class Lease:
    """Keeps a folder from being deleted by `delete_unless_leased` as long as this object lives.

    Raises:
        FileNotFoundError: the folder does not exist, or is being deleted.
    """

    def __init__(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        weakref.finalize(self, os.close, descriptor)
        if not try_lock(descriptor, fcntl.LOCK_SH):
            raise FileNotFoundError(2, "is being deleted", str(folder))


def delete_unless_leased(folder: Path) -> None:
    """Delete a folder unless a process has a lease on it; errors leave it for a later run."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if try_lock(descriptor):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)
