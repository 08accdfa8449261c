"""Where documents come from: a folder of files."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.errors import DocumentError, DocumentsFolderError
from index.readers import READERS, document_id
from index.types import Document


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

    def __init__(self, root: Path) -> None:
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

    def files(self) -> Iterator[File]:
        """Yield every file below the folder, in a fixed order.

        Files without a reader and whatever cannot be read, subfolders too, come as skipped.
        """
        unread: list[OSError] = []
        for folder, names, filenames in os.walk(self._root, onerror=unread.append):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(filenames):
                if not name.startswith("."):
                    yield self._file(Path(folder) / name)
        for error in unread:
            yield File(self._name(Path(error.filename)), "", _unreadable(error))

    def read(self, file: File) -> Document:
        """Read one file with the reader for its suffix."""
        try:
            data = _content(self._root / file.path)
        except OSError as error:
            raise DocumentError(f"{file.path}: {_unreadable(error)}") from error
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
            return File(path, hashlib.sha256(_content(place)).hexdigest())
        except OSError as error:
            return File(path, "", skipped=_unreadable(error))

    def _name(self, place: Path) -> str:
        """Return the path relative to the folder, with what is not Unicode escaped."""
        path = place.relative_to(self._root).as_posix()
        return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _content(place: Path) -> bytes:
    if not stat.S_ISREG(place.stat().st_mode):  # to open a pipe is to wait for a writer
        raise OSError(None, "not a regular file")
    return place.read_bytes()


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"
