"""Writes the files that clients upload into the documents folder, and deletes them."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

from index.corpus.readers import READERS
from index.corpus.removals import Removals
from index.corpus.safe_open import MEGABYTE
from index.corpus.sidecars import SUFFIXES
from index.errors import FileTaken, FileTooLarge, NameRefused, StoreError
from index.files.fsync import sync
from index.files.locks import delete_unless_locked, try_lock

_STAGED = ".pincite-"  # what the name of a file begins with until it is whole
_MODE = 0o640  # of a new file, less what the umask takes: documents may be confidential
_LONGEST = 200  # bytes of a name; file systems take 255
_DEEPEST = 16  # folders
_UNSAFE = set('<>:"|?*\\/')  # for a shell, a browser or another system
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}


class DocumentStore:
    """A documents folder in which each file is written or deleted as a whole.

    Nothing is written outside the folder, even where a subfolder is a link that leads outside.
    Deleted files are noted in `removals`.
    """

    def __init__(self, root: Path, most_mb: int, removals: Removals | None = None) -> None:
        self._root = root
        self._most_mb = most_mb
        self._removals = removals

    def has(self, path: str) -> bool:
        """Return whether a file, folder or link exists at a path."""
        return os.path.lexists(self._root / path)

    def put(self, path: str, content: IO[bytes], *, replace: bool) -> bool:
        """Write a file and sync it to disk; return whether a file existed there before.

        Missing folders are made.

        Raises:
            FileTaken: the path is a folder, or a file exists and `replace` is false.
            FileTooLarge: the content is larger than the largest file that is read.
            StoreError: the file cannot be written.
        """
        place = self._place(path)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            staged = place.parent / f"{_STAGED}{secrets.token_hex(8)}"
            descriptor = os.open(staged, os.O_RDWR | os.O_CREAT | os.O_EXCL, _MODE)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    try_lock(descriptor)
                    self._copy(content, file, path)
                    file.flush()
                    os.fsync(descriptor)
                existed = self.has(path)
                if replace:
                    staged.replace(place)
                else:
                    _link(staged, place)
            finally:
                staged.unlink(missing_ok=True)
            self._sync(place.parent)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise FileTaken(f"{path}: a file or folder of this name exists already") from error
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error
        return existed

    def remove(self, path: str) -> None:
        """Delete a file; a file that does not exist is no error.

        Raises:
            StoreError: the file cannot be deleted.
        """
        place = self._place(path)
        if self._removals is not None:
            self._removals.note(path)
        try:
            with suppress(FileNotFoundError):
                place.unlink()
                sync(place.parent)
        except OSError as error:
            raise StoreError(f"{path} cannot be deleted: {error.strerror}") from error

    def clean(self) -> None:
        """Delete half-written files that a stopped process left behind."""
        for walked, names, filenames in os.walk(self._root):
            names[:] = [name for name in names if not name.startswith(".")]
            for name in filenames:
                if name.startswith(_STAGED):
                    delete_unless_locked(Path(walked, name))

    def _sync(self, folder: Path) -> None:
        """Sync a folder and its parents, which may be new too."""
        for one in (folder, *folder.parents):
            sync(one)
            if one == self._root:
                break

    def _place(self, path: str) -> Path:
        place = self._root / path
        inside = Path(os.path.realpath(self._root))
        if not Path(os.path.realpath(place.parent)).is_relative_to(inside):
            raise NameRefused(
                f"{path}: its folder is a link that leads out of the documents folder"
            )
        return place

    def _copy(self, content: IO[bytes], file: IO[bytes], path: str) -> None:
        left = self._most_mb * MEGABYTE
        while chunk := content.read(min(MEGABYTE, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise FileTooLarge(f"{path}: larger than {self._most_mb} MB (max_file_mb)")
            file.write(chunk)


def safe_name(name: str) -> str:
    """Return the name that a client gave a file, made safe for every operating system.

    Raises:
        NameRefused: no characters are left, or no reader reads files of this suffix.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(char if char.isprintable() and char not in _UNSAFE else "_" for char in last)
    kept = " ".join(kept.split()).strip(". ")
    stem, suffix = PurePosixPath(kept).stem, PurePosixPath(kept).suffix
    if not stem or not suffix or suffix.lower() not in {*READERS, *SUFFIXES}:
        known = ", ".join(filter(None, READERS))
        raise NameRefused(f"{name!r} has no suffix that can be read; readable: {known}")
    most = _LONGEST - len(suffix)
    while len(stem.encode()) > most:
        stem = stem[:-1]
    return stem.rstrip() + suffix


def safe_path(path: str) -> str:
    """Return a path below the documents folder unchanged if it is safe.

    Raises:
        NameRefused: it is not safe, or no reader reads files of this suffix.
    """
    folder, slash, name = path.rpartition("/")
    if slash and not folder:
        raise NameRefused(f"{path!r} is not relative to the documents folder")
    safe_folder(folder)
    if (safe := safe_name(name)) != name:
        raise NameRefused(f"{name!r} is not a safe name; this would be: {safe!r}")
    return path


def safe_folder(path: str) -> str:
    """Return the path of a subfolder unchanged if it is safe; "" is the documents folder itself.

    Raises:
        NameRefused: it is not safe.
    """
    folders = path.split("/") if path else []
    for folder in folders:
        name = f"{folder}.txt"
        if not folder.strip(". ") or safe_name(name) != name:
            raise NameRefused(f"{path!r} is not a safe folder: {folder!r} is not a safe name")
    if len(folders) > _DEEPEST:
        raise NameRefused(f"{path!r} is {len(folders)} folders deep, more than {_DEEPEST}")
    return path


def _link(staged: Path, place: Path) -> None:
    """Give a staged file its name unless the name is taken, atomically where links exist."""
    try:
        place.hardlink_to(staged)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        with place.open("xb") as file, staged.open("rb") as content:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
