"""A folder of documents on this machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.corpus.metadata import complete
from index.corpus.readers import reader_for, settings_for
from index.corpus.rules import USUAL, FileRules
from index.corpus.safe_open import MEGABYTE, Refused, open_file, unreadable
from index.corpus.scanning import (
    File,
    Fingerprint,
    Listing,
    find_files,
    printable,
    read_sidecars,
    whole_digest,
)
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
        """Read a file into a document; a metadata file is parsed, and gives one without text.

        Raises:
            DocumentError: the file cannot be read.
        """
        ...


class Folder:
    """The files below a folder, each read by the reader for its suffix.

    `root` may be a link; `place` is where it led when this object was made, and all is read there.

    Raises:
        DocumentsFolderError: the folder is missing, is no folder, or this user may not read it.
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
        self.place = root.resolve()
        self.rules = rules

    def files(self) -> Iterator[File]:
        """Yield every file below the folder, in a fixed order; see find_files.

        Links to folders are not followed. A subfolder that cannot be read is yielded as failed.

        Raises:
            DocumentsFolderError: the folder itself cannot be read any more.
        """
        unread: list[OSError] = []
        yield from find_files(self._listings(unread), self)
        for error in unread:
            path = Path(error.filename).relative_to(self.place).as_posix()
            if path == ".":
                raise DocumentsFolderError(
                    f"the documents folder {self.root} {unreadable(error)}; allow it, or name "
                    "another with --documents"
                ) from error
            yield File(printable(path), failed=unreadable(error))

    def read(self, file: File) -> Document:
        """Read one file with the reader for its suffix."""
        if file.subject:
            return self._checked(file)
        try:
            with self.open(file.path) as opened:
                data = opened.read(-1 if file.size is None else file.size)
                has_grown = file.size is not None and bool(opened.read(1))
        except OSError as error:
            raise DocumentError(f"{file.path}: {unreadable(error)}") from error
        contents = read_sidecars(self, file.sidecars)
        digest = hashlib.sha256(data).hexdigest()
        if whole_digest(self, file.path, digest, contents) != file.digest:
            raise DocumentError(f"{file.path}: changed while it was being read; index again")
        stated: list[Metadata] = []
        for path, text in contents.items():
            with suppress(DocumentError):  # find_files reports it
                stated.append(parse_sidecar(text, path))
        encoding = _stated("encoding", stated) or self.rules.encoding
        date_order = _stated("date_order", stated).upper() or self.rules.date_order
        rules = replace(self.rules, encoding=encoding, date_order=date_order)
        reader = reader_for(file.path, rules)
        document = reader(data, file.path, document_id(file.path))
        metadata = complete(document.metadata, stated, file.path, file.modified)
        notes = document.notes
        if has_grown:
            notes += (f"it grew while it was indexed, so only its first {file.size} bytes are",)
        return replace(document, metadata=metadata, notes=notes)

    def open(self, path: str) -> io.BufferedReader:
        """Open the file of a document.

        Raises:
            DocumentError: it is missing, cannot be read, or lies outside the folder.
        """
        try:
            return self._open(path)
        except Refused as refused:
            raise DocumentError(f"{path}: {refused}") from refused
        except OSError as error:
            raise DocumentError(f"{path}: {unreadable(error)}") from error

    def content(self, path: str) -> bytes:
        """Return the content of a metadata file; see index.corpus.scanning.FileTree."""
        with open_file(self.place / path, self.place, MAX_SIDECAR_MB) as file:
            return file.read(MAX_SIDECAR_MB * MEGABYTE)

    def fingerprint(self, path: str) -> Fingerprint:
        """Return the digest, the day and the size of a file, as it was when it was opened."""
        with self._open(path) as file:
            status = os.fstat(file.fileno())
            digest, left = hashlib.sha256(), status.st_size
            while left and (chunk := file.read(min(left, MEGABYTE))):
                digest.update(chunk)
                left -= len(chunk)
            return Fingerprint(digest.hexdigest(), day_of(status.st_mtime), status.st_size)

    def settings(self, path: str) -> str:
        """Return the settings that change how a file is read."""
        return settings_for(path, self.rules)

    def _listings(self, unread: list[OSError]) -> Iterator[Listing]:
        for walked, names, filenames in os.walk(self.place, onerror=unread.append):
            folder = Path(walked)
            path = folder.relative_to(self.place).as_posix()
            # unlike Path.is_symlink, it raises nothing where the folder may not be entered
            links = frozenset(name for name in names if os.path.islink(folder / name))  # noqa: PTH114
            yield Listing("" if path == "." else path, names, filenames, links)

    def _checked(self, file: File) -> Document:
        try:
            metadata = parse_sidecar(self.content(file.path), file.path)
        except OSError as error:
            raise DocumentError(f"{file.path}: {unreadable(error)}") from error
        except Refused as refused:
            raise DocumentError(f"{file.path}: {refused}") from refused
        return Document(document_id(file.path), file.path, "", metadata)

    def _open(self, path: str) -> io.BufferedReader:
        return open_file(self.place / path, self.place, self.rules.max_file_mb, "max_file_mb")


def _stated(key: str, sidecars: Sequence[Metadata]) -> str:
    """Return the value of a key in the first sidecar that has it, "" if none has."""
    return next((texts[0] for one in sidecars for name, texts in one.extra if name == key), "")


def day_of(seconds: float) -> dt.date | None:
    """Return the day, in UTC, of a Unix time; None if the calendar has no such year."""
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
