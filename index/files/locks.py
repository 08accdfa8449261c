"""Locks of the system (flock) on open files; they end with the process that holds them."""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock a file or folder unless another process holds its lock; return whether that worked.

    On a file system without locks it counts as locked.
    """
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def delete_unless_locked(path: Path) -> None:
    """Delete a file unless a process holds its lock, which it does while it writes the file."""
    with suppress(OSError), path.open("rb") as file:
        if try_lock(file.fileno()):
            path.unlink()
