"""What a build did with each file, and the last such report, kept beside the index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from index.types import Document

Status = Literal["indexed", "unchanged", "skipped", "failed"]
STATUSES: tuple[Status, ...] = ("indexed", "unchanged", "skipped", "failed")
NAME = "report.json"

_NAMED = 20  # pages named one by one


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; `reason` says why it was skipped or failed, or what it lacks.

    `pages` is 0 where the format has none. A file that failed and is `stale` still answers with
    the passages of its previous version, which are those counted. `renamed_from` is the path under
    which the last generation had the same file, `duplicate_of` that of the file that is indexed
    for both.
    """

    path: str
    status: Status
    reason: str | None = None
    passages: int = 0
    pages: int = 0
    pages_without_text: int = 0
    seconds: float = 0.0
    stale: bool = False
    renamed_from: str | None = None
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did: the generation that is live after it, and one entry for every file.

    `generation` is None where there is none yet. `deleted` are the paths of documents whose files
    are gone, and `finished` is the moment, in UTC and ISO 8601, at which the build ended.
    `resumed` counts the vectors that a build which was stopped had left for this one.
    """

    generation: str | None
    published: bool
    files: tuple[FileReport, ...]
    deleted: tuple[str, ...] = ()
    finished: str = ""
    resumed: int = 0

    def count(self, status: Status) -> int:
        """Return how many files have `status`."""
        return sum(file.status == status for file in self.files)


_REPORT = TypeAdapter(Report)


def describe(document: Document) -> str | None:
    """Return what of a document's file is not in its text, or was recognised, if anything."""
    told = list(document.notes)
    if document.blank_pages:
        told.append(f"{_pages(document.blank_pages)} of {document.pages} without text")
    if document.scanned_pages:
        told.append(f"{_pages(document.scanned_pages)} recognised by tesseract")
    return "; ".join(told) or None


def write_report(folder: Path, report: Report) -> None:
    """Keep a report in the folder of an index that is being written, in place of the last."""
    staged = folder / "staging" / NAME
    staged.write_bytes(_REPORT.dump_json(report))
    staged.replace(folder / NAME)


class StoredReport:
    """The last report in the folder of an index, read again when it has been replaced."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._seen: tuple[tuple[int, int], Report | None] = ((0, 0), None)

    def read(self) -> Report | None:
        """Return the report, None where there is none that can be read."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_ino
            if stamp != self._seen[0]:
                self._seen = stamp, _REPORT.validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None
        return self._seen[1]


def _pages(numbers: tuple[int, ...]) -> str:
    named = ", ".join(str(number) for number in numbers[:_NAMED])
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"{'page' if len(numbers) == 1 else 'pages'} {named}{more}"
