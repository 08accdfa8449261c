"""A corpus of what is below a URL, found and read by the rules of a folder of this machine."""

from __future__ import annotations

import datetime as dt
import errno
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from cachetools import LRUCache, cachedmethod

from index.corpus.folder import MAX_SIDECAR_MB, Folder
from index.corpus.readers import Reader, reader_for
from index.corpus.remote.seen import read_seen, write_seen
from index.corpus.remote.store import Entry, Store
from index.corpus.rules import USUAL, FileRules
from index.corpus.safe_open import MEGABYTE, Refused, unreadable
from index.corpus.scanning import File, Level, find_files, has_reader, is_hidden
from index.errors import DocumentError, DocumentsFolderError
from index.types import Document

_AT_ONCE = 8  # files that are fetched at once

# The SHA-256 of a file, empty if it cannot be fetched, and then why.
Hashed = tuple[str, str]
# Yields those of the files at a URL, in order.
HashFiles = Callable[[str, Sequence[str]], Iterator[Hashed]]


def hash_file(store: Store, path: str) -> Hashed:
    """Return the SHA-256 of a file, or why there is none."""
    try:
        return store.digest(path), ""
    except OSError as error:
        return "", error.strerror or str(error)


def hash_here(url: str, paths: Sequence[str]) -> Iterator[Hashed]:
    """Yield the SHA-256 of files, several of which are fetched at once by this process."""
    store = Store(url)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pincite-fetch") as threads:
        yield from threads.map(lambda path: hash_file(store, path), paths)


class RemoteFolder:
    """The files below a URL that fsspec reaches; see Folder, whose rules are the same.

    Files are listed, and one is fetched to be hashed by `hash_files` unless the file `seen` holds
    what it was when it had the tag that it has now; then it is as if it lay on this disk. Links are
    not followed.

    Raises:
        DocumentsFolderError: the URL names no folder, or what reaches it is not installed.
    """

    def __init__(
        self,
        url: str,
        rules: FileRules = USUAL,
        *,
        seen: Path | None = None,
        hash_files: HashFiles = hash_here,
    ) -> None:
        self._store = Store(url)
        self.url = self._store.url
        self.rules = rules
        self._seen = seen
        self._hash_files = hash_files

    def files(self) -> Iterator[File]:
        """Yield every file, in a fixed order; see find_files.

        Raises:
            DocumentsFolderError: the folder is missing or cannot be listed.
        """
        listing = self._list()
        wanted = [
            path
            for path, entry in listing.entries.items()
            if entry.kind == "file"
            and has_reader(path)
            and entry.size <= self.rules.max_file_mb * MEGABYTE
        ]
        known = read_seen(self._seen, self.url)
        for path in wanted:
            tag, digest = known.get(path, ("", ""))
            if tag and tag == listing.entries[path].tag:
                listing.hashed[path] = digest, ""
        unknown = [path for path in wanted if path not in listing.hashed]
        if unknown:
            found = self._hash_files(self.url, unknown)
            listing.hashed.update(zip(unknown, found, strict=True))
        remembered = {
            path: (listing.entries[path].tag, digest)
            for path, (digest, _) in listing.hashed.items()
            if digest and listing.entries[path].tag
        }
        if remembered != known:
            write_seen(self._seen, self.url, remembered)
        yield from find_files(listing.levels, listing)
        yield from listing.unlisted

    def read(self, file: File) -> Document:
        """Read one file with the reader for its suffix."""
        with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
            folder = Path(temporary)
            try:
                with self._store.fetched(file, folder):
                    return Folder(folder, self.rules).read(file)
            except OSError as error:
                raise DocumentError(f"{file.path}: {unreadable(error)}") from error

    def open(self, path: str) -> NoReturn:
        """Refuse to open the file of a document: it is to be opened where it lies.

        Raises:
            DocumentError: always.
        """
        raise DocumentError(f"{path}: it lies at {self.url}; open it there")

    def _list(self) -> _Listing:
        listing = _Listing(self)
        waiting = [""]
        while waiting:
            path = waiting.pop()
            try:
                entries = self._store.list(path)
            except OSError as error:
                if not path:
                    raise self._not_listed(error) from error
                listing.unlisted.append(File(path, failed=unreadable(error)))
                continue
            if entries and not entries[0].name:
                listing.unlisted.append(File(f"{path}/", skipped="its name is empty; rename it"))
                del entries[0]
            level = Level(
                path,
                [entry.name for entry in entries if entry.kind == "folder"],
                [entry.name for entry in entries if entry.kind != "folder"],
            )
            listing.levels.append(level)
            for entry in entries:
                if entry.kind != "folder" and not is_hidden(entry.name):
                    listing.entries[level.within(entry.name)] = entry
            below = [level.within(name) for name in level.folders if not is_hidden(name)]
            waiting += reversed(below)
        return listing

    def _not_listed(self, error: OSError) -> DocumentsFolderError:
        if error.errno == errno.ENOENT:
            return DocumentsFolderError(
                f"there is no folder {self.url}; put documents there, or name another with "
                "--documents"
            )
        if error.errno == errno.ENOTDIR:
            return DocumentsFolderError(
                f"{self.url} is a file; --documents takes a folder that holds documents"
            )
        return DocumentsFolderError(
            f"{self.url} cannot be listed: {error.strerror}; see that it can be reached, and that "
            "the environment holds what lets you in"
        )

    def open_content(self, path: str) -> bytes:
        """Return what a file of metadata holds.

        Raises:
            OSError: it cannot be fetched.
        """
        return self._store.content(path, MAX_SIDECAR_MB * MEGABYTE)


class _Listing:
    """The index.corpus.scanning.Tree of what a URL listed at one time."""

    def __init__(self, folder: RemoteFolder) -> None:
        self.levels: list[Level] = []
        self.entries: dict[str, Entry] = {}
        self.hashed: dict[str, Hashed] = {}
        self.unlisted: list[File] = []
        self._folder = folder
        self._kept: LRUCache[str, bytes] = LRUCache(1024)

    @cachedmethod(lambda self: self._kept)
    def content(self, path: str) -> bytes:
        """Return what a file of metadata holds."""
        self._check(path, MAX_SIDECAR_MB, "")
        return self._folder.open_content(path)

    def fingerprint(self, path: str) -> tuple[str, dt.date | None]:
        """Return the SHA-256 of a file and the day on which it was last written."""
        self._check(path, self._folder.rules.max_file_mb, " (max_file_mb)")
        digest, failure = self.hashed[path]
        if failure:
            raise OSError(errno.EIO, failure)
        return digest, self.entries[path].modified

    def reader(self, path: str) -> Reader:
        """Return what reads a file, as the settings say."""
        return reader_for(path, self._folder.rules)

    def _check(self, path: str, most_mb: int, setting: str) -> None:
        entry = self.entries[path]
        if entry.kind != "file":
            raise Refused("a link or not a regular file; neither is read from a URL")
        if entry.size > most_mb * MEGABYTE:
            raise Refused(f"larger than {most_mb} MB{setting}")
