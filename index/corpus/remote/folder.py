"""A folder of documents at a URL, read by the same rules as a local folder."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from cachetools import LRUCache, cachedmethod

from index.corpus.folder import MAX_SIDECAR_MB, Folder
from index.corpus.readers import settings_for
from index.corpus.remote.seen import read_seen, write_seen
from index.corpus.remote.store import Entry, Store
from index.corpus.rules import USUAL, FileRules
from index.corpus.safe_open import MEGABYTE, Refused, unreadable
from index.corpus.scanning import File, Fingerprint, Listing, find_files, has_reader, is_hidden
from index.errors import DocumentError, DocumentsFolderError
from index.types import Document

_AT_ONCE = 8  # files that are fetched at once
_KEPT_MB = 32  # of metadata files that are kept during a run

# The SHA-256 of a file, or "" and the reason why it cannot be fetched.
Hashed = tuple[str, str]
# Yields the hashes of files at a URL, in order.
HashFiles = Callable[[str, Sequence[str]], Iterator[Hashed]]


def hash_file(store: Store, path: str) -> Hashed:
    """Return the SHA-256 of a file, or the reason why it cannot be fetched."""
    try:
        return store.digest(path), ""
    except OSError as error:
        return "", error.strerror or str(error)


def hash_here(url: str, paths: Sequence[str]) -> Iterator[Hashed]:
    """Yield the SHA-256 of files; this process fetches several at once."""
    store = Store(url)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pincite-fetch") as threads:
        yield from threads.map(lambda path: hash_file(store, path), paths)


class RemoteFolder:
    """The files below a URL that fsspec reaches; the rules are those of Folder.

    `hash_files` fetches a file and hashes it, unless the file `seen` holds the hash that belongs
    to the file's tag. Links are not followed.

    Raises:
        DocumentsFolderError: the URL names no folder, or the library for it is not installed.
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
        tree = self._list()
        wanted = [
            path
            for path, entry in tree.entries.items()
            if entry.kind == "file"
            and has_reader(path)
            and entry.size <= self.rules.max_file_mb * MEGABYTE
        ]
        known = read_seen(self._seen, self.url)
        for path in wanted:
            tag, digest = known.get(path, ("", ""))
            if tag and tag == tree.entries[path].tag:
                tree.hashed[path] = digest, ""
        unknown = [path for path in wanted if path not in tree.hashed]
        if unknown:
            found = self._hash_files(self.url, unknown)
            tree.hashed.update(zip(unknown, found, strict=True))
        hashes = {
            path: (tree.entries[path].tag, digest)
            for path, (digest, _) in tree.hashed.items()
            if digest and tree.entries[path].tag
        }
        if hashes != known:
            write_seen(self._seen, self.url, hashes)
        yield from find_files(tree.listings, tree)
        yield from tree.unlisted

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
        """Refuse to open the file of a document: clients open it at its URL.

        Raises:
            DocumentError: always.
        """
        raise DocumentError(f"{path}: it is at {self.url}; open it there")

    def _list(self) -> _ListedTree:
        tree = _ListedTree(self)
        waiting = [""]
        while waiting:
            path = waiting.pop()
            try:
                entries = self._store.list(path)
            except OSError as error:
                if not path:
                    raise self._not_listed(error) from error
                tree.unlisted.append(File(path, failed=unreadable(error)))
                continue
            if entries and not entries[0].name:
                tree.unlisted.append(File(f"{path}/", skipped="its name is empty; rename it"))
                del entries[0]
            listing = Listing(
                path,
                [entry.name for entry in entries if entry.kind == "folder"],
                [entry.name for entry in entries if entry.kind != "folder"],
            )
            tree.listings.append(listing)
            for entry in entries:
                if entry.kind != "folder" and not is_hidden(entry.name):
                    tree.entries[listing.within(entry.name)] = entry
            below = [listing.within(name) for name in listing.folders if not is_hidden(name)]
            waiting += reversed(below)
        return tree

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
            f"{self.url} cannot be listed: {error.strerror}; check that it can be reached, and "
            "that the environment holds credentials for it"
        )

    def open_content(self, path: str) -> bytes:
        """Return the content of a metadata file.

        Raises:
            OSError: it cannot be fetched.
        """
        return self._store.content(path, MAX_SIDECAR_MB * MEGABYTE)


class _ListedTree:
    """The index.corpus.scanning.FileTree of one listing of a URL."""

    def __init__(self, folder: RemoteFolder) -> None:
        self.listings: list[Listing] = []
        self.entries: dict[str, Entry] = {}
        self.hashed: dict[str, Hashed] = {}
        self.unlisted: list[File] = []
        self._folder = folder
        self._kept: LRUCache[str, bytes] = LRUCache(_KEPT_MB * MEGABYTE, getsizeof=len)

    @cachedmethod(lambda self: self._kept)
    def content(self, path: str) -> bytes:
        """Return the content of a metadata file."""
        self._check(path, MAX_SIDECAR_MB, "")
        return self._folder.open_content(path)

    def fingerprint(self, path: str) -> Fingerprint:
        """Return the digest, the day and the size of a file."""
        self._check(path, self._folder.rules.max_file_mb, " (max_file_mb)")
        digest, failure = self.hashed[path]
        if failure:
            raise OSError(errno.EIO, failure)
        entry = self.entries[path]
        return Fingerprint(digest, entry.modified, entry.size)

    def settings(self, path: str) -> str:
        """Return the settings that change how a file is read."""
        return settings_for(path, self._folder.rules)

    def _check(self, path: str, most_mb: int, setting: str) -> None:
        entry = self.entries[path]
        if entry.kind != "file":
            raise Refused("a link or not a regular file; neither is read from a URL")
        if entry.size > most_mb * MEGABYTE:
            raise Refused(f"larger than {most_mb} MB{setting}")
