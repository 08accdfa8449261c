"""Flushing files and folders to disk, so that they survive a crash of the system."""

from __future__ import annotations

import os
from pathlib import Path

_MODE = 0o750  # of a new folder, less what the umask takes: it holds texts of documents


def sync(path: Path) -> None:
    """Wait until the content of a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder, closed to other users, and its missing parents; flush them to disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(_MODE, parents=True, exist_ok=True)
    for one in missing:
        sync(one.parent)
