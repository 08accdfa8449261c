"""Documents that were deleted on purpose, so that a build does not take them for lost ones."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

REMOVED = "removed.jsonl"


class Removals:
    """The paths of deleted documents, noted in the folder of an index until a build has read them.

    A note that cannot be written or read is left out: the document then counts as lost, and is only
    kept if many others are lost at the same time.
    """

    def __init__(self, index: Path) -> None:
        self._file = index / REMOVED
        self._read = 0

    def note(self, path: str) -> None:
        """Note a document before its file is deleted."""
        line = json.dumps(path).encode() + b"\n"
        with suppress(OSError):
            descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)

    def read(self) -> frozenset[str]:
        """Return the paths."""
        lines = self._lines()
        self._read = len(lines)
        found = set()
        for line in lines:
            with suppress(ValueError):
                found.add(str(json.loads(line)))
        return frozenset(found)

    def forget(self) -> None:
        """Remove the notes that were read, once a build has taken them in."""
        later = self._lines()[self._read :]
        with suppress(OSError):
            if later:
                self._file.write_bytes(b"".join(later))
            else:
                self._file.unlink(missing_ok=True)

    def _lines(self) -> list[bytes]:
        try:
            return self._file.read_bytes().splitlines(keepends=True)
        except OSError:
            return []
