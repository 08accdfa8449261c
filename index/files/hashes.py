"""The hashes of all files in a folder, by which damaged files are found."""

from __future__ import annotations

import hashlib
from pathlib import Path


def hash_files(folder: Path, *, leave_out: str = "") -> dict[str, str]:
    """Return the SHA-256 of every file below `folder`, by relative path.

    `leave_out` is the path of one file that is not hashed: the file that stores the hashes.
    """
    digests = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != leave_out:
            with path.open("rb") as file:
                digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests
