"""Decides which files of a folder are indexed: the same rules for local and remote folders."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from index.corpus.readers import READABLE, READERS, UNREADABLE
from index.corpus.safe_open import Refused, unreadable
from index.corpus.sidecars import combined_digest, folder_files, sidecars, subject_of

_CACHES = {"__pycache__", "node_modules"}
_MARKS_OF_CACHES = {"CACHEDIR.TAG", "pyvenv.cfg"}  # bford.info/cachedir; PEP 405
_BACKUPS = re.compile(
    r"(?:^|/)(?:~\$[^/]*|#[^/]*#|[^/]*~|[^/]*\.(?:bak|orig|swp|swo|tmp|part|crdownload))$", re.I
)
_SYSTEM = "lost+found"  # at the root of a file system, for root only
_HIDDEN = "its name begins with a dot; rename it if it is to be read"
_BACKUP = "a backup or lock file of another program; rename it if it is to be read"
_NOT_UNICODE = "its name is not valid UTF-8; rename it"
_LINK = "a link to a folder; links are not followed"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was found: its path relative to the corpus, and a SHA-256.

    `skipped` says why it is not read, `failed` why it, or the folder at this path, cannot be
    read; then `digest` is empty. `sidecars` are the paths of the readable files that state its
    metadata, in order of precedence. `digest` covers the file, its sidecars and the settings of
    its reader. `modified` is the day, in UTC, on which it was last written. `size` is how many
    bytes the digest covers: what a growing file has beyond is for the next run.

    A metadata file has no `digest`; `subject` is the path of the document that it describes, and
    `checksum` the SHA-256 of its content, which is still to be checked.
    """

    path: str
    digest: str = ""
    skipped: str | None = None
    sidecars: tuple[str, ...] = ()
    modified: dt.date | None = None
    failed: str | None = None
    size: int | None = None
    subject: str = ""
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 of a file, the day on which it was last written, and its size if known."""

    digest: str
    modified: dt.date | None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in one folder; its path is relative, and empty for the documents folder.

    Names that are removed from `folders` are not visited; `links` are links to folders.
    """

    path: str
    folders: list[str]
    files: Sequence[str]
    links: frozenset[str] = frozenset()

    def within(self, name: str) -> str:
        """Return the path of a name in the folder."""
        return f"{self.path}/{name}" if self.path else name


class FileTree(Protocol):
    """Files by path, local or remote.

    Raises:
        Refused: a rule forbids to read the file.
        OSError: the file cannot be read.
    """

    def content(self, path: str) -> bytes:
        """Return the content of a metadata file."""
        ...

    def fingerprint(self, path: str) -> Fingerprint:
        """Return the digest, the day and the size of a file."""
        ...

    def settings(self, path: str) -> str:
        """Return the settings that change how a file is read; see settings_for."""
        ...


def find_files(listings: Iterable[Listing], tree: FileTree) -> Iterator[File]:
    """Yield every file, in the order of the listings; a folder is listed after its parent.

    Files without a reader, hidden files and folders, links to folders, indexes, caches and backups
    are yielded as skipped; files that cannot be read as failed. Files in a folder that is skipped
    are not yielded.
    """
    inherited: dict[str, tuple[str, ...]] = {}  # the metadata files of each folder and its parents
    for listing in listings:
        if reason := _not_documents(listing):
            yield File(printable(listing.path or "."), skipped=reason)
            listing.folders.clear()
            continue
        hidden = sorted(name for name in [*listing.folders, *listing.files] if is_hidden(name))
        yield from (File(printable(listing.within(name)), skipped=_reason(name)) for name in hidden)
        listing.folders[:] = sorted(name for name in listing.folders if not is_hidden(name))
        siblings = {name for name in listing.files if not is_hidden(name)}
        higher = inherited.get(listing.path.rpartition("/")[0], ()) if listing.path else ()
        here = (*map(listing.within, folder_files(siblings)), *higher)
        inherited[listing.path] = here
        for name in sorted(siblings):
            if subject := subject_of(name, siblings):
                yield _sidecar(tree, listing.within(name), subject)
            else:
                mine = (*map(listing.within, sidecars(name, siblings)), *here)
                yield _file(tree, listing.within(name), mine)
        for name in listing.folders:
            if name in listing.links:
                yield File(printable(listing.within(name)), skipped=_LINK)


def _not_documents(listing: Listing) -> str | None:
    """Return why nothing in a folder is a document, None if it may hold some."""
    files = set(listing.files)
    if "CURRENT" in files and "generations" in listing.folders:
        return "an index of Pincite, which never reads an index"
    name = listing.path.rpartition("/")[2]
    if name in _CACHES or files & _MARKS_OF_CACHES:
        return "a cache or what a program installed; move documents out of it"
    return None


def is_hidden(name: str) -> bool:
    """Return whether a file or folder is skipped by its name."""
    return name.startswith(".") or name == _SYSTEM


def _reason(name: str) -> str:
    return "it belongs to the file system" if name == _SYSTEM else _HIDDEN


def has_reader(path: str) -> bool:
    """Return whether there is a reader for the suffix of a file."""
    return PurePosixPath(path).suffix.lower() in READERS


def printable(path: str) -> str:
    """Return a path in which bytes that are not UTF-8 are escaped."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def read_sidecars(tree: FileTree, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of metadata files by path, without those that cannot be read."""
    contents = {}
    for path in paths:
        with suppress(OSError, Refused):  # find_files reports it
            contents[printable(path)] = tree.content(path)
    return contents


def whole_digest(tree: FileTree, path: str, digest: str, sidecars: Mapping[str, bytes]) -> str:
    """Return a digest of a file, its sidecars and the settings of its reader.

    It changes when the document that is made of them may change.
    """
    settings = tree.settings(path)
    return combined_digest(digest, {**sidecars, **({"": settings.encode()} if settings else {})})


def _sidecar(tree: FileTree, path: str, subject: str) -> File:
    name = printable(path)
    if name != path:
        return File(name, skipped=_NOT_UNICODE)
    try:
        content = tree.content(path)
    except OSError as error:
        return File(name, failed=without(unreadable(error), subject))
    except Refused as error:
        return File(name, failed=without(str(error), subject))
    return File(name, subject=subject, checksum=hashlib.sha256(content).hexdigest())


def without(reason: str, subject: str) -> str:
    """Return why a metadata file cannot be used, and what that means for its subject."""
    return f"{reason}; {subject} is indexed without it"


def _file(tree: FileTree, path: str, sidecars: Sequence[str]) -> File:
    name = printable(path)
    if name != path:
        return File(name, skipped=_NOT_UNICODE)
    if _BACKUPS.search(name):
        return File(name, skipped=_BACKUP)
    if not has_reader(path):
        advice = UNREADABLE.get(PurePosixPath(path).suffix.lower(), "")
        reason = "; ".join(filter(None, ("no reader for this format", advice)))
        return File(name, skipped=f"{reason}; readable: {READABLE}")
    try:
        found = tree.fingerprint(path)
    except Refused as refused:
        return File(name, skipped=str(refused))
    except OSError as error:
        return File(name, failed=unreadable(error))
    contents = read_sidecars(tree, sidecars)
    whole = whole_digest(tree, path, found.digest, contents)
    return File(name, whole, sidecars=tuple(contents), modified=found.modified, size=found.size)
