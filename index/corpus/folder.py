"""Where documents come from: a folder of files."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.corpus.metadata import complete
from index.corpus.readers import Reader, reader_for
from index.corpus.rules import USUAL, FileRules
from index.corpus.safe_open import MEGABYTE, Refused, open_file, unreadable
from index.corpus.scanning import File, Level, beside, covered, find_files, printable
from index.corpus.sidecars import parse_sidecar
from index.errors import DocumentError, DocumentsFolderError
from index.types import Document, Metadata, document_id

MAX_SIDECAR_MB = 1


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

    Raises:
        DocumentsFolderError: it is missing, not a folder, or may not be read.
    """

    def __init__(self, root: Path, rules: FileRules = USUAL) -> None:
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
        self.rules = rules

    def files(self) -> Iterator[File]:
        """Yield every file below the folder, in a fixed order; see find_files.

        Links to folders are not followed. Subfolders that cannot be read come as failed.
        """
        unread: list[OSError] = []
        yield from find_files(self._levels(unread), self)
        for error in unread:
            path = Path(error.filename).relative_to(self.root).as_posix()
            yield File(printable(path), failed=unreadable(error))

    def read(self, file: File) -> Document:
        """Read one file with the reader for its suffix."""
        try:
            with self.open(file.path) as opened:
                data = opened.read()
        except OSError as error:
            raise DocumentError(f"{file.path}: {unreadable(error)}") from error
        contents = beside(self, file.beside)
        digest = hashlib.sha256(data).hexdigest()
        if covered(self, file.path, digest, contents) != file.digest:
            raise DocumentError(f"{file.path}: changed while it was being read; index again")
        document = self.reader(file.path)(data, file.path, document_id(file.path))
        stated: list[Metadata] = []
        for path, text in contents.items():
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

    def content(self, path: str) -> bytes:
        """Return what a file of metadata holds; see index.corpus.scanning.Tree."""
        with open_file(self.root / path, self._inside, MAX_SIDECAR_MB) as file:
            return file.read(MAX_SIDECAR_MB * MEGABYTE)

    def fingerprint(self, path: str) -> tuple[str, dt.date | None]:
        """Return the SHA-256 of a file and the day on which it was last written."""
        with self._open(self.root / path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, day_of(os.fstat(file.fileno()).st_mtime)

    def reader(self, path: str) -> Reader:
        """Return what reads a file, as the settings say."""
        return reader_for(path, self.rules)

    def _levels(self, unread: list[OSError]) -> Iterator[Level]:
        for walked, names, filenames in os.walk(self.root, onerror=unread.append):
            folder = Path(walked)
            path = folder.relative_to(self.root).as_posix()
            links = frozenset(name for name in names if (folder / name).is_symlink())
            yield Level("" if path == "." else path, names, filenames, links)

    def _open(self, place: Path) -> io.BufferedReader:
        return open_file(place, self._inside, self.rules.max_file_mb, "max_file_mb")


def day_of(seconds: float) -> dt.date | None:
    """Return the day, in UTC, of a time; None if it is of no year of the calendar."""
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
