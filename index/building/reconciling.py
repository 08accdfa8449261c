"""Compares the files that were found with the last generation, and plans a step for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from index.catalog.reader import Entry
from index.corpus.metadata import is_named_after
from index.corpus.scanning import File

DELETIONS = 0.25  # the largest share of the documents that a build deletes unless that is allowed
_FEW = 2  # documents that may always be deleted, unless they are all

# Digest and suffix: files that agree in both give the same document.
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """The step that is planned for one file.

    *skip* and *fail* do not read the file. *check* reads a metadata file. *copy* is for a file with
    the content of the file at `copy_of`, which is indexed for both. *keep* takes over the document
    `earlier`, which may have had another path. *read* reads the file. Except for *keep*, `earlier`
    is the document that the last generation has at the path of the file, if any. `renamed_from` is
    the former path of the file; `copies` are the paths of files with the same content.
    """

    file: File
    todo: Literal["skip", "fail", "check", "copy", "keep", "read"]
    earlier: Entry | None = None
    copy_of: str = ""
    renamed_from: str | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One step for each file, in order, and the paths of documents whose files are gone.

    If there are too many of the latter, they are kept: they have steps instead, and `vanished` is
    their number.
    """

    steps: tuple[Step, ...]
    deleted: tuple[str, ...]
    vanished: int = 0

    @property
    def finds_any(self) -> bool:
        """Whether a file was found that can be read."""
        return any(step.file.digest for step in self.steps)

    @property
    def gone(self) -> int:
        """The number of documents whose files are gone."""
        return len(self.deleted) + self.vanished

    @property
    def to_read(self) -> list[File]:
        """The files to read, in order."""
        return [step.file for step in self.steps if step.todo in {"read", "check"}]


def make_plan(
    files: Sequence[File],
    known: Iterable[Entry],
    deletions: float = DELETIONS,
    removed: Container[str] = (),
) -> Plan:
    """Compare the files that were found with the documents of the last generation.

    Documents in a folder that cannot be read are not deleted: each has a step that fails. So has
    each document whose file is gone, if this is a larger share of all than `deletions`, except for
    documents that were `removed` on purpose.
    """
    entries = {entry.document.path: entry for entry in known}
    groups: dict[_Key, list[str]] = defaultdict(list)
    for file in files:
        if file.digest:
            groups[_key(file)].append(file.path)
    unread = dict(_within_unread(files, entries))
    present = {file.path for file in files} | unread.keys()
    same: dict[_Key, Entry] = {}
    for path, entry in entries.items():
        for one in (path, *entry.copies):
            same.setdefault((entry.digest, _suffix(one)), entry)

    def step(file: File) -> Step:
        earlier = entries.get(file.path)
        if file.skipped:
            return Step(file, "skip", earlier)
        if file.failed or file.subject:
            return Step(file, "fail" if file.failed else "check", earlier)
        key = _key(file)
        first, *copies = groups[key]
        if first != file.path:
            return Step(file, "copy", earlier, copy_of=first)
        alike = earlier if earlier and earlier.digest == file.digest else same.get(key)
        if alike is None:
            return Step(file, "read", earlier, copies=tuple(copies))
        path = alike.document.path
        renamed_from = None if path in present else path
        if path != file.path and _is_named_after_either(alike, file):
            return Step(file, "read", earlier, renamed_from=renamed_from, copies=tuple(copies))
        return Step(file, "keep", alike, renamed_from=renamed_from, copies=tuple(copies))

    steps = [step(file) for file in files] + list(unread.values())
    accounted = present | {one.renamed_from for one in steps}
    gone = sorted(path for path in entries if path not in accounted)
    meant = [path for path in gone if path in removed]
    lost = [path for path in gone if path not in removed]
    if not is_suspicious(len(lost), len(entries), deletions):
        return Plan(tuple(steps), tuple(gone))
    reason = (
        f"its file is gone, as are those of {len(lost)} of {len(entries)} documents; to delete "
        "them, run: pincite index --allow-deletions"
    )
    kept = [Step(File(path, failed=reason), "fail", entries[path]) for path in lost]
    return Plan((*steps, *kept), tuple(meant), len(lost))


def is_suspicious(gone: int, known: int, deletions: float) -> bool:
    """Return whether so many documents vanished at once that their disk may have gone away."""
    return gone > deletions * known and (gone > _FEW or 1 < gone == known)


def _within_unread(
    files: Sequence[File], entries: Mapping[str, Entry]
) -> Iterator[tuple[str, Step]]:
    """Yield path and step of each document in a folder that cannot be read."""
    for folder in files:
        if folder.failed:
            reason = f"its folder {folder.path} {folder.failed}"
            for path, entry in entries.items():
                if path.startswith(f"{folder.path}/"):
                    yield path, Step(File(path, failed=reason), "fail", entry)


def _is_named_after_either(entry: Entry, file: File) -> bool:
    """Return whether the title may come from the former or the present name of the file."""
    metadata = entry.document.metadata
    return any(is_named_after(metadata.title, path) for path in (entry.document.path, file.path))


def _key(file: File) -> _Key:
    return file.digest, _suffix(file.path)


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
