"""Files whose reading passed a limit, so that they are not tried again by every build."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from index.corpus.scanning import File
from index.generation.folder import FAILURES
from index.generation.manifest import FORMAT
from index.ingest.limits import Limits
from index.ingest.reading import Reading


@dataclass(frozen=True, slots=True)
class _Stored:
    """Reasons by digest and suffix; they hold for readers of this format and for these limits."""

    format: int
    limits: Limits | None
    reasons: dict[str, str]


_STORED = TypeAdapter(_Stored)


class KnownFailures:
    """The failures that the last build left in the folder of an index, and those of this build."""

    def __init__(self, folder: Path, limits: Limits | None, *, forget: bool = False) -> None:
        self._path = folder / FAILURES
        self._limits = limits
        self._known = {} if forget else _load(self._path, limits)
        self._kept: dict[str, str] = {}

    def mark(self, files: Iterable[File]) -> list[File]:
        """Return the files, those that are known to fail as failed."""
        return [self._marked(file) for file in files]

    def note(self, file: File, reading: Reading) -> None:
        """Remember a file that would fail in the same way again."""
        if reading.lasting and reading.failure:
            self._kept[_key(file)] = reading.failure.removeprefix(f"{file.path}: ")

    def save(self, staging: Path) -> None:
        """Replace the failures in the folder; `staging` is a folder on the same disk."""
        stored = _Stored(FORMAT, self._limits, self._kept)
        staged = staging / FAILURES
        staged.write_bytes(_STORED.dump_json(stored))
        staged.replace(self._path)

    def _marked(self, file: File) -> File:
        reason = self._known.get(_key(file)) if file.digest else None
        if reason is None:
            return file
        self._kept[_key(file)] = reason
        failed = f"{reason}; it is not tried again until the file or the limit changes"
        return replace(file, digest="", failed=failed)


def _load(path: Path, limits: Limits | None) -> dict[str, str]:
    try:
        stored = _STORED.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}
    return stored.reasons if (stored.format, stored.limits) == (FORMAT, limits) else {}


def _key(file: File) -> str:
    return file.digest + PurePosixPath(file.path).suffix.lower()
