"""Where documents come from: a folder of files."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.errors import DocumentError, DocumentsFolderError
from index.readers import READERS, document_id
from index.types import Document

MAX_FILE_MB = 100


@dataclass(frozen=True, slots=True)
class File:
    """A file that was found: its path relative to the corpus, and the SHA-256 of its bytes.

    `skipped` says why it will not be read; then `digest` is empty.
    """

    path: str
    digest: str
    skipped: str | None = None


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
    """The files below a folder, hidden ones left out.

    Raises:
        DocumentsFolderError: it is missing, not a folder, or may not be read.
    """

    def __init__(self, root: Path, max_file_mb: int = MAX_FILE_MB) -> None:
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
        self._root = root
        self._inside = root.resolve()
        self._max_file_mb = max_file_mb

    def files(self) -> Iterator[File]:
        """Yield every file below the folder, in a fixed order.

        Files without a reader and whatever cannot be read, subfolders too, come as skipped. Links
        to folders are not followed, and come as skipped too.
        """
        unread: list[OSError] = []
        for folder, names, filenames in os.walk(self._root, onerror=unread.append):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(filenames):
                if not name.startswith("."):
                    yield self._file(Path(folder) / name)
            for place in (Path(folder) / name for name in names):
                if place.is_symlink():
                    yield File(self._name(place), "", "a link to a folder; links are not followed")
        for error in unread:
            yield File(self._name(Path(error.filename)), "", _unreadable(error))

    def read(self, file: File) -> Document:
        """Read one file with the reader for its suffix."""
        try:
            with _open(self._root / file.path) as content:
                data = content.read()
        except OSError as error:
            raise DocumentError(f"{file.path}: {_unreadable(error)}") from error
        if hashlib.sha256(data).hexdigest() != file.digest:
            raise DocumentError(f"{file.path}: changed while it was being read; index again")
        reader = READERS[Path(file.path).suffix.lower()]
        return reader(data, file.path, document_id(file.path))

    def _file(self, place: Path) -> File:
        path = self._name(place)
        if place.relative_to(self._root).as_posix() != path:
            return File(path, "", skipped="its name is not valid UTF-8; rename it")
        if place.suffix.lower() not in READERS:
            known = ", ".join(READERS)
            return File(path, "", skipped=f"no reader for this format; readable: {known}")
        try:
            if not place.resolve().is_relative_to(self._inside):
                return File(path, "", skipped="a link that leads out of the documents folder")
            with _open(place) as content:
                if os.fstat(content.fileno()).st_size > self._max_file_mb << 20:
                    return File(
                        path, "", skipped=f"larger than {self._max_file_mb} MB (max_file_mb)"
                    )
                return File(path, hashlib.file_digest(content, "sha256").hexdigest())
        except OSError as error:
            return File(path, "", skipped=_unreadable(error))

    def _name(self, place: Path) -> str:
        """Return the path relative to the folder, with what is not Unicode escaped."""
        path = place.relative_to(self._root).as_posix()
        return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _open(place: Path) -> io.BufferedReader:
    """Open a regular file, and nothing that would have to be waited for."""
    file = open(os.open(place, os.O_RDONLY | os.O_NONBLOCK), "rb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(None, "not a regular file")
    return file


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"
