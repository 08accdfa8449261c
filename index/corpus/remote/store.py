"""Lists and fetches the files of a folder that fsspec reaches."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.corpus.scanning import File
from index.errors import DocumentsFolderError

# The names that stores give to the tag of a file's state, the most reliable first.
_TAGS = ("ETag", "etag", "md5Hash", "content_md5", "mtime", "LastModified", "last_modified",
         "updated", "created")  # fmt: skip
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a folder; `tag`, if there is one, changes with the file."""

    name: str
    kind: Literal["file", "folder", "other"]
    size: int = 0
    tag: str = ""
    modified: dt.date | None = None


class Store:
    """The folder at a URL, opened with credentials from the environment.

    Paths are relative to the folder. After it is opened, every failure is an OSError with a reason.

    Raises:
        DocumentsFolderError: the URL names no folder, or the library for it is not installed.
    """

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self.url = url.rstrip("/")
        scheme, _, place = url.partition("://")
        if not place.strip("/"):
            raise DocumentsFolderError(
                f"{url} names no folder; expected one such as {scheme}://bucket/documents"
            )
        if ":" in place.partition("/")[0].rpartition("@")[0]:  # user:password@host
            raise DocumentsFolderError(
                f"the {scheme}:// URL of the documents holds a password; remove it, and put the "
                "credentials into the environment"
            )
        if scheme == "file" and not place.startswith("/"):
            raise DocumentsFolderError(f"{url} is not absolute; expected file:///folder/documents")
        try:
            self._fs, self._root = url_to_fs(self.url)
        except ImportError as error:
            raise DocumentsFolderError(
                f"{scheme}:// cannot be read: {_one_line(error)}; install it with pip, or name a "
                "folder of this machine"
            ) from error
        except ValueError as error:
            raise DocumentsFolderError(
                f"{url}: {_one_line(error)}; expected s3://, gs://, file:/// or another of fsspec's"
            ) from error
        except Exception as error:  # each store raises its own
            raise DocumentsFolderError(
                f"{url} cannot be opened: {_one_line(error)}; check the address, and that the "
                "environment holds credentials for it"
            ) from error
        self._fs.invalidate_cache()

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a folder, sorted by name; object stores may list a name "".

        Raises:
            NotADirectoryError: the path is a file.
            OSError: the folder cannot be listed.
        """
        place = self._place(path)
        with _translated():
            found = self._fs.ls(place, detail=True)
        entries = []
        for info in found:
            listed = str(info["name"]).rstrip("/")
            if listed != place.rstrip("/"):
                entries.append(_entry(listed.rpartition("/")[2], info))
            elif info["type"] == "directory" and str(info["name"]).endswith("/"):
                entries.append(Entry("", "folder"))
            elif info["type"] == "file" and not str(info["name"]).endswith("/") and len(found) == 1:
                raise NotADirectoryError(errno.ENOTDIR, "a file")
        return sorted(entries, key=lambda entry: entry.name)

    def digest(self, path: str) -> str:
        """Fetch a file and return its SHA-256."""
        with _translated(), self._fs.open(self._place(path), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def content(self, path: str, most: int) -> bytes:
        """Return the first `most` bytes of a file."""
        with _translated():
            content: bytes = self._fs.cat_file(self._place(path), start=0, end=most)
        return content

    @contextmanager
    def fetched(self, file: File, folder: Path) -> Iterator[None]:
        """Fetch a file and its sidecars into an empty folder; empty it when the block ends.

        Raises:
            OSError: one of them cannot be fetched.
        """
        try:
            for path in (file.path, *file.sidecars):
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                with _translated():
                    self._fs.get_file(self._place(path), str(place))
            yield
        finally:
            for one in folder.iterdir():
                shutil.rmtree(one) if one.is_dir() else one.unlink()

    def _place(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}" if path else self._root


def _entry(name: str, info: Mapping[str, Any]) -> Entry:
    if info["type"] == "directory":
        return Entry(name, "folder")
    if info["type"] != "file" or info.get("islink"):
        return Entry(name, "other")
    tags = [str(info[key]) for key in _TAGS if info.get(key) is not None]
    tag = f"{info['size']} {tags[0]}" if tags else ""
    times = [info[key] for key in _TIMES if info.get(key) is not None]
    modified = _day(times[0]) if times else None
    return Entry(name, "file", int(info["size"] or 0), tag, modified)


def _day(moment: object) -> dt.date | None:
    """Return the day, in UTC, of a time that is a string, a number or a datetime."""
    try:
        if isinstance(moment, str):
            moment = dt.datetime.fromisoformat(moment)
        if isinstance(moment, int | float):
            moment = dt.datetime.fromtimestamp(moment, dt.UTC)
        return moment.astimezone(dt.UTC).date() if isinstance(moment, dt.datetime) else None
    except (ValueError, OverflowError, OSError):  # the calendar has no such year
        return None


@contextmanager
def _translated() -> Iterator[None]:
    """Translate every exception of a store into an OSError with a reason."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            raise
        if isinstance(error, FileNotFoundError):
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT)) from error
        raise OSError(errno.EIO, _one_line(error)) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
