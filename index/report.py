"""The report of a build, with its result for each file. The last one is stored with the index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from index.types import Document

Status = Literal["indexed", "unchanged", "skipped", "failed"]
STATUSES: tuple[Status, ...] = ("indexed", "unchanged", "skipped", "failed")
NAME = "report.json"

_NAMED = 20  # pages that a report names one by one


@dataclass(frozen=True, slots=True)
class FileReport:
    """The result of a build for one file.

    `reason` says why the file was skipped or failed, or which part could not be read. `pages` is 0
    for formats without pages. A failed file that is `stale` still answers with its previous
    version, whose passages are counted. `renamed_from` is the path that the file had in the last
    generation, `duplicate_of` the path of a file with the same content, which is indexed for both.
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


EXAMPLES = 3  # questions that a page shows


@dataclass(frozen=True, slots=True)
class Example:
    """A question that the corpus answers, the path of the answering document, and its language."""

    question: str
    path: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a build: the generation that is live after it, and one entry for every file.

    `generation` is None if the index has no generation yet. `deleted` are the paths of documents
    whose files are gone; `vanished` counts the documents that were kept although their files are
    gone, because there were too many at once. `finished` is when the build ended, in UTC and ISO
    8601. `with_network` says that processes which read its documents could not be kept from the
    network. `resumed` counts the vectors that an earlier, stopped build had left for this one.
    `examples` are questions that `generation` answers with confidence, None if no build has looked
    for them.
    """

    generation: str | None
    published: bool
    files: tuple[FileReport, ...]
    deleted: tuple[str, ...] = ()
    vanished: int = 0
    finished: str = ""
    resumed: int = 0
    with_network: bool = False
    examples: tuple[Example, ...] | None = None

    def count(self, status: Status) -> int:
        """Return how many files have `status`."""
        return sum(file.status == status for file in self.files)


_REPORT, _FILE = TypeAdapter(Report), TypeAdapter(FileReport)
_NO_FILES = b'"files":[]'


def describe(document: Document) -> str | None:
    """Return notes on text of the file that the document lacks, and on metadata in its first lines.

    It is None if the text is complete and the file itself states its metadata.
    """
    notes = list(document.notes)
    found = [key for key, origin in document.metadata.origins if origin == "first lines"]
    if found:
        notes.append(f"{' and '.join(found)} from its first lines")
    if document.blank_pages:
        notes.append(f"{_pages(document.blank_pages)} of {document.pages} without text")
    if document.scanned_pages:
        notes.append(f"{_pages(document.scanned_pages)} recognised by tesseract")
    return "; ".join(notes) or None


def write_report(folder: Path, report: Report) -> None:
    """Store a report in the folder of an index that is being written, in place of the last one."""
    staged = folder / "staging" / NAME
    head, _, tail = _REPORT.dump_json(replace(report, files=())).partition(_NO_FILES)
    files = b",\n".join(map(_FILE.dump_json, report.files))
    staged.write_bytes(b'%b"files":[\n%b\n]%b' % (head, files, tail))
    staged.replace(folder / NAME)


def _parse(content: bytes) -> Report:
    """Return a report as it was written, one file a line.

    A parser holds the GIL until it has read all that it is given, for 20,000 files 70 ms.

    Raises:
        ValidationError: it is none.
    """
    head, *lines = content.split(b"\n")
    if not lines:  # of an earlier version, or none
        return _REPORT.validate_json(content)
    *files, tail = lines
    report = _REPORT.validate_json(head + tail)
    found = (_FILE.validate_json(line.removesuffix(b",")) for line in files if line)
    return replace(report, files=tuple(found))


class StoredReport:
    """The last report in the folder of an index; it is read again once it was replaced."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._seen: tuple[tuple[int, int], Report | None] = ((0, 0), None)

    def read(self) -> Report | None:
        """Return the report, None if there is no readable one."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_ino
            if stamp != self._seen[0]:
                self._seen = stamp, _parse(self._path.read_bytes())
        except (OSError, ValidationError):
            return None
        return self._seen[1]


def _pages(numbers: tuple[int, ...]) -> str:
    named = ", ".join(str(number) for number in numbers[:_NAMED])
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"{'page' if len(numbers) == 1 else 'pages'} {named}{more}"
