"""Results of reading files that hold until the files change, so that no build tries them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from index.corpus.scanning import File, without
from index.generation.folder import FAILURES
from index.generation.manifest import FORMAT
from index.ingest.limits import Limits
from index.ingest.reading import Reading


@dataclass(frozen=True, slots=True)
class _Stored:
    """Reasons by digest and suffix; they hold for readers of this format and for these limits.

    `metadata` has the reason for each checksum of a metadata file, None if it can be used.
    """

    format: int
    limits: Limits | None
    reasons: dict[str, str]
    metadata: dict[str, str | None] = field(default_factory=dict)


_STORED = TypeAdapter(_Stored)


class KnownFailures:
    """The failures that the last build left in the folder of an index, and those of this build.

    Metadata files that can be used are remembered too, as they have no place in the index.
    """

    def __init__(self, folder: Path, limits: Limits | None, *, forget: bool = False) -> None:
        self._path = folder / FAILURES
        self._limits = limits
        self._known = _load(self._path, limits, forget=forget)
        self._kept = _Stored(FORMAT, limits, {})

    def mark(self, files: Iterable[File]) -> list[File]:
        """Return the files, those that are known to fail as failed.

        Metadata files whose result is known are skipped or failed.
        """
        return [self._marked(file) for file in files]

    def note(self, file: File, reading: Reading) -> None:
        """Remember a file that would fail in the same way again, or a metadata file."""
        reason = reading.failure and reading.failure.removeprefix(f"{file.path}: ")
        if file.subject:
            if reading.lasting or not reason:
                self._kept.metadata[file.checksum] = reason
        elif reading.lasting and reason:
            self._kept.reasons[_key(file)] = reason

    def save(self, staging: Path) -> None:
        """Replace the failures in the folder; `staging` is a folder on the same disk."""
        staged = staging / FAILURES
        staged.write_bytes(_STORED.dump_json(self._kept))
        staged.replace(self._path)

    def _marked(self, file: File) -> File:
        if file.subject:
            return self._marked_metadata(file)
        reason = self._known.reasons.get(_key(file)) if file.digest else None
        if reason is None:
            return file
        self._kept.reasons[_key(file)] = reason
        failed = f"{reason}; it is not tried again until the file or the limit changes"
        return replace(file, digest="", failed=failed)

    def _marked_metadata(self, file: File) -> File:
        if file.checksum not in self._known.metadata:
            return file
        reason = self._known.metadata[file.checksum]
        self._kept.metadata[file.checksum] = reason
        return with_result(file, reason)


def with_result(file: File, reason: str | None) -> File:
    """Return a metadata file as failed for a reason, or without one as skipped."""
    if reason:
        return replace(file, failed=without(reason, file.subject))
    return replace(file, skipped=f"states the metadata of {file.subject}")


def _load(path: Path, limits: Limits | None, *, forget: bool) -> _Stored:
    unknown = _Stored(FORMAT, limits, {})
    try:
        stored = unknown if forget else _STORED.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return unknown
    return stored if (stored.format, stored.limits) == (FORMAT, limits) else unknown


def _key(file: File) -> str:
    return file.digest + PurePosixPath(file.path).suffix.lower()
