"""Looking through folders for what can be indexed: the same rules, wherever the files are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Protocol

from index.corpus.readers import READABLE, READERS, Reader
from index.corpus.safe_open import Refused, unreadable
from index.corpus.sidecars import cover, described, folder_files, parse_sidecar, sidecars
from index.errors import DocumentError

_HIDDEN = "its name begins with a dot; rename it if it is to be read"
_LINK = "a link to a folder; links are not followed"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was found: its path relative to the corpus, and the SHA-256 of its bytes.

    `skipped` says why it is not to be read, `failed` why it, or the folder at this path, cannot be
    read; then `digest` is empty. `beside` are the paths of the files that state its metadata and
    can be read, the first to be believed first; `digest` covers them, and the settings of the
    reader, too. `modified` is the day, in UTC, on which it was last written.
    """

    path: str
    digest: str = ""
    skipped: str | None = None
    beside: tuple[str, ...] = ()
    modified: dt.date | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """The names in one folder, whose path is relative and empty for the first.

    What is taken out of `folders` is not looked through; `links` are those that never are.
    """

    path: str
    folders: list[str]
    files: Sequence[str]
    links: frozenset[str] = frozenset()

    def within(self, name: str) -> str:
        """Return the path of what is in the folder."""
        return f"{self.path}/{name}" if self.path else name


class Tree(Protocol):
    """Files by path, wherever they are.

    Raises:
        Refused: a file is not read by rule.
        OSError: it cannot be read.
    """

    def content(self, path: str) -> bytes:
        """Return what a file of metadata holds."""
        ...

    def fingerprint(self, path: str) -> tuple[str, dt.date | None]:
        """Return the SHA-256 of a file and the day on which it was last written."""
        ...

    def reader(self, path: str) -> Reader:
        """Return what reads a file."""
        ...


def find_files(levels: Iterable[Level], tree: Tree) -> Iterator[File]:
    """Yield every file, in the order of the levels, each of which comes after the one above it.

    Files without a reader, those that state the metadata of others, what is hidden, and links to
    folders come as skipped; what cannot be read as failed. Of a hidden folder the folder alone is
    given.
    """
    above: dict[str, tuple[str, ...]] = {}  # what states the metadata of all in a folder and below
    for level in levels:
        hidden = sorted(name for name in [*level.folders, *level.files] if is_hidden(name))
        yield from (File(printable(level.within(name)), skipped=_HIDDEN) for name in hidden)
        level.folders[:] = sorted(name for name in level.folders if not is_hidden(name))
        siblings = {name for name in level.files if not is_hidden(name)}
        higher = above.get(level.path.rpartition("/")[0], ()) if level.path else ()
        here = (*map(level.within, folder_files(siblings)), *higher)
        above[level.path] = here
        for name in sorted(siblings):
            if what := described(name, siblings):
                yield _sidecar(tree, level.within(name), what)
            else:
                mine = (*map(level.within, sidecars(name, siblings)), *here)
                yield _file(tree, level.within(name), mine)
        for name in level.folders:
            if name in level.links:
                yield File(printable(level.within(name)), skipped=_LINK)


def is_hidden(name: str) -> bool:
    """Return whether a file or a folder is not to be looked at."""
    return name.startswith(".")


def has_reader(path: str) -> bool:
    """Return whether there is a reader for the suffix of a file."""
    return PurePosixPath(path).suffix.lower() in READERS


def printable(path: str) -> str:
    """Return a path with what is not Unicode escaped."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def beside(tree: Tree, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of metadata files by path, without those that cannot be read."""
    contents = {}
    for path in paths:
        with suppress(OSError, Refused):  # reported where the file is found
            contents[printable(path)] = tree.content(path)
    return contents


def covered(tree: Tree, path: str, digest: str, contents: Mapping[str, bytes]) -> str:
    """Return the digest of all that a document is made from, settings of its reader too."""
    reader = tree.reader(path)
    told = {"": repr(reader.keywords).encode()} if isinstance(reader, partial) else {}
    return cover(digest, {**contents, **told})


def _sidecar(tree: Tree, path: str, what: str) -> File:
    name = printable(path)
    try:
        parse_sidecar(tree.content(path), name)
    except OSError as error:
        return File(name, failed=f"{unreadable(error)}; {what} is indexed without it")
    except (Refused, DocumentError) as error:
        return File(name, failed=f"{error}; {what} is indexed without it")
    return File(name, skipped=f"states the metadata of {what}")


def _file(tree: Tree, path: str, stated_by: Sequence[str]) -> File:
    name = printable(path)
    if name != path:
        return File(name, skipped="its name is not valid UTF-8; rename it")
    if not has_reader(path):
        return File(name, skipped=f"no reader for this format; readable: {READABLE}")
    try:
        digest, modified = tree.fingerprint(path)
    except Refused as refused:
        return File(name, skipped=str(refused))
    except OSError as error:
        return File(name, failed=unreadable(error))
    contents = beside(tree, stated_by)
    whole = covered(tree, path, digest, contents)
    return File(name, whole, beside=tuple(contents), modified=modified)
