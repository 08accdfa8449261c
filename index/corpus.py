"""Where documents come from: a folder of files."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from index.errors import DocumentError, DocumentsFolderError
from index.metadata import complete
from index.opening import MEGABYTE, Refused, open_file, unreadable
from index.readers import READABLE, READERS, Reader, reader_for
from index.readers.records import DEFAULT_FIELDS, RecordFields
from index.sidecars import cover, described, folder_files, parse_sidecar, sidecars
from index.types import Document, Metadata, document_id

MAX_FILE_MB = 100
_MAX_SIDECAR_MB = 1
_HIDDEN = "its name begins with a dot; rename it if it is to be read"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was found: its path relative to the corpus, and the SHA-256 of its bytes.

    `skipped` says why it is not to be read, `failed` why it, or the folder at this path, cannot be
    read; then `digest` is empty. `beside` are the paths of the files that state its metadata, the
    first to be believed first; `digest` covers them, and the settings of the reader, too.
    `modified` is the day, in UTC, on which it was last written.
    """

    path: str
    digest: str = ""
    skipped: str | None = None
    beside: tuple[str, ...] = ()
    modified: dt.date | None = None
    failed: str | None = None


class Corpus(Protocol):
    """A set of files and how to read one of them."""

    def files(self) -> Iterator[File]:
        """Yield every file, in a fixed order."""
        ...

    def read(self, file: File) -> Document:
        """Return the file as a document.

        Raises:
            DocumentError: the file cannot be read.
        """
        ...


class Folder:
    """The files below a folder, hidden ones not read, the others each by the reader of its suffix.

    With `ocr`, languages that tesseract knows such as "eng+deu", scanned pages are read too;
    `json_fields` are the fields of JSON records.

    Raises:
        DocumentsFolderError: it is missing, not a folder, or may not be read.
    """

    def __init__(
        self,
        root: Path,
        max_file_mb: int = MAX_FILE_MB,
        ocr: str = "",
        json_fields: RecordFields = DEFAULT_FIELDS,
    ) -> None:
        if not root.exists():
            raise DocumentsFolderError(
                f"the documents folder {root} does not exist; create it and put documents in it, "
                "or name another with --documents"
            )
        if not root.is_dir():
            raise DocumentsFolderError(
                f"{root} is a file; --documents takes a folder that holds documents"
            )
        if not os.access(root, os.R_OK | os.X_OK):
            raise DocumentsFolderError(
                f"the documents folder {root} may not be read by this user; "
                f"allow it (chmod u+rx {root}) or name another with --documents"
            )
        self.root = root
        self._inside = root.resolve()
        self.max_file_mb = max_file_mb
        self.ocr = ocr
        self.json_fields = json_fields

    def files(self) -> Iterator[File]:
        """Yield every file below the folder, in a fixed order.

        Files without a reader, those that state the metadata of others, what is hidden, and links
        to folders, which are not followed, come as skipped; what cannot be read, subfolders too,
        as failed. Of a hidden folder the folder alone is given.
        """
        unread: list[OSError] = []
        above: dict[Path, list[Path]] = {}  # what states the metadata of all in a folder and below
        for walked, names, filenames in os.walk(self.root, onerror=unread.append):
            folder = Path(walked)
            hidden = sorted(name for name in [*names, *filenames] if name.startswith("."))
            yield from (File(self._name(folder / name), skipped=_HIDDEN) for name in hidden)
            names[:] = sorted(name for name in names if not name.startswith("."))
            siblings = {name for name in filenames if not name.startswith(".")}
            here = [folder / name for name in folder_files(siblings)]
            above[folder] = here + above.get(folder.parent, [])
            for name in sorted(siblings):
                if what := described(name, siblings):
                    yield self._sidecar(folder / name, what)
                else:
                    mine = [folder / one for one in sidecars(name, siblings)]
                    yield self._file(folder / name, mine + above[folder])
            for place in (folder / name for name in names):
                if place.is_symlink():
                    reason = "a link to a folder; links are not followed"
                    yield File(self._name(place), skipped=reason)
        for error in unread:
            yield File(self._name(Path(error.filename)), failed=unreadable(error))

    def read(self, file: File) -> Document:
        """Read one file with the reader for its suffix."""
        try:
            with self.open(file.path) as opened:
                data = opened.read()
        except OSError as error:
            raise DocumentError(f"{file.path}: {unreadable(error)}") from error
        beside = self._beside([self.root / path for path in file.beside])
        if self._digest(file.path, hashlib.sha256(data).hexdigest(), beside) != file.digest:
            raise DocumentError(f"{file.path}: changed while it was being read; index again")
        document = self._reader(file.path)(data, file.path, document_id(file.path))
        stated: list[Metadata] = []
        for path, text in beside.items():
            with suppress(DocumentError):  # reported where the file is found
                stated.append(parse_sidecar(text, path))
        metadata = complete(document.metadata, stated, file.path, file.modified)
        return replace(document, metadata=metadata)

    def open(self, path: str) -> io.BufferedReader:
        """Open the file of a document as it is now.

        Raises:
            DocumentError: it is gone, cannot be read, or lies outside the folder.
        """
        try:
            return self._open(self.root / path)
        except Refused as refused:
            raise DocumentError(f"{path}: {refused}") from refused
        except OSError as error:
            raise DocumentError(f"{path}: {unreadable(error)}") from error

    def _reader(self, path: str) -> Reader:
        return reader_for(Path(path).suffix, self.ocr, self.json_fields)

    def _digest(self, path: str, digest: str, beside: Mapping[str, bytes]) -> str:
        """Return the digest of all that a document is made from, settings of its reader too."""
        reader = self._reader(path)
        told = {"": repr(reader.keywords).encode()} if isinstance(reader, partial) else {}
        return cover(digest, {**beside, **told})

    def _beside(self, places: Sequence[Path]) -> dict[str, bytes]:
        """Return the content of metadata files by path, without those that cannot be read."""
        contents = {}
        for place in places:
            with suppress(OSError, Refused):  # reported where the file is found
                contents[self._name(place)] = self._sidecar_content(place)
        return contents

    def _sidecar_content(self, place: Path) -> bytes:
        with open_file(place, self._inside, _MAX_SIDECAR_MB) as file:
            return file.read(_MAX_SIDECAR_MB * MEGABYTE)

    def _sidecar(self, place: Path, what: str) -> File:
        path = self._name(place)
        try:
            parse_sidecar(self._sidecar_content(place), path)
        except OSError as error:
            return File(path, failed=f"{unreadable(error)}; {what} is indexed without it")
        except (Refused, DocumentError) as error:
            return File(path, failed=f"{error}; {what} is indexed without it")
        return File(path, skipped=f"states the metadata of {what}")

    def _file(self, place: Path, beside: Sequence[Path]) -> File:
        path = self._name(place)
        if place.relative_to(self.root).as_posix() != path:
            return File(path, skipped="its name is not valid UTF-8; rename it")
        if place.suffix.lower() not in READERS:
            return File(path, skipped=f"no reader for this format; readable: {READABLE}")
        try:
            with self._open(place) as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
                modified = _day_of(os.fstat(content.fileno()))
        except Refused as refused:
            return File(path, skipped=str(refused))
        except OSError as error:
            return File(path, failed=unreadable(error))
        names = tuple(self._name(one) for one in beside)
        covered = self._digest(path, digest, self._beside(beside))
        return File(path, covered, beside=names, modified=modified)

    def _open(self, place: Path) -> io.BufferedReader:
        return open_file(place, self._inside, self.max_file_mb, "max_file_mb")

    def _name(self, place: Path) -> str:
        """Return the path relative to the folder, with what is not Unicode escaped."""
        path = place.relative_to(self.root).as_posix()
        return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _day_of(status: os.stat_result) -> dt.date | None:
    try:
        return dt.datetime.fromtimestamp(status.st_mtime, dt.UTC).date()
    except (ValueError, OverflowError, OSError):  # no year of the calendar
        return None
