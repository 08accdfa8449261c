"""Documents at a URL: found, read and cited as in a folder of this machine."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import shutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import fsspec
import numpy as np
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from index import (
    DocumentError,
    DocumentsFolderError,
    FileRules,
    Folder,
    RemoteFolder,
    Report,
    build_index,
)
from index.corpus.remote import SEEN, Hashed, hash_here
from index.corpus.scanning import File
from index.generation.folder import open_generation
from index.ingest.limits import Limits
from index.report import FileReport
from tests.fakes import THREE, recipe, write_files

FILES: dict[str, str | bytes] = {
    **THREE,
    "_metadata.yaml": "publisher: The Gazette\n",
    "notes/orchard_log.txt.yaml": "title: What the orchard bore\n",
    "notes/deep/er/tides.md": "# Tides\n\nThe tide turns twice a day.\n",
    "notes/copy.md": THREE["volcano.md"],
    "notes/bad.txt.yaml": "title: [no\n",
    "notes/bad.txt": "Salt is stored below.\n",
    ".hidden/a.md": "x",
    "notes/.b.md": "x",
    "notes/.git/c.md": "x",
    "program.exe": b"\x7fELF",
    "nul.txt": b"a\0b",
    "large.txt": b"x" * ((1 << 20) + 1),
    "blank and ünï.txt": "Words are words.\n",
}


EAST = dt.timezone(dt.timedelta(hours=2))


class Store(LocalFileSystem):  # type: ignore[misc]
    """Files of this disk, some of which cannot be listed or fetched."""

    protocol = "faulty"
    unlisted: tuple[str, ...] = ()
    unfetched: tuple[str, ...] = ()

    def ls(self, path: str, detail: bool = False, **kwargs: object) -> list[object]:
        if path.endswith(self.unlisted):
            raise RuntimeError("Unable to locate\ncredentials")  # as botocore does, no OSError
        listed: list[object] = super().ls(path, detail=detail, **kwargs)
        return listed

    def open(self, path: str, *arguments: object, **named: object) -> object:
        self._refuse(path)
        return super().open(path, *arguments, **named)

    def get_file(self, path: str, *arguments: object, **named: object) -> None:
        self._refuse(path)
        super().get_file(path, *arguments, **named)

    def _refuse(self, path: str) -> None:
        if path.endswith(self.unfetched):
            raise PermissionError("Access Denied")  # without a number, as s3fs does


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> type[Store]:
    fsspec.register_implementation("faulty", Store, clobber=True)
    monkeypatch.setattr(Store, "unlisted", ("\0",))
    monkeypatch.setattr(Store, "unfetched", ("\0",))
    return Store


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_files(tmp_path / "documents", FILES)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the URL of the same files in memory."""
    files = MemoryFileSystem()
    for path, content in FILES.items():
        files.pipe(f"/documents/{path}", content.encode() if isinstance(content, str) else content)
    shared = MemoryFileSystem._open

    def open_alone(*arguments: object, **named: object) -> io.BytesIO:
        """Open a file with a place of its own, as other stores do: fsspec's is all openers'."""
        return io.BytesIO(shared(*arguments, **named).getvalue())

    monkeypatch.setattr(MemoryFileSystem, "_open", open_alone)
    yield "memory://documents"
    files.rm("/documents", recursive=True)


SMALL = FileRules(max_file_mb=1)


class Counted:
    """Remembers which files were fetched to be hashed."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def __call__(self, url: str, paths: Sequence[str]) -> Iterator[Hashed]:
        self.paths += paths
        return hash_here(url, paths)


def build(corpus: Folder | RemoteFolder, index: Path) -> Report:
    return build_index(
        corpus, index, recipe(), lambda done, total: None, limits=Limits(seconds=20), deletions=1
    )


def statuses(report: Report) -> dict[str, tuple[str, str | None]]:
    return {one.path: (one.status, one.reason) for one in report.files}


def test_what_is_found_is_what_a_folder_finds(documents: Path) -> None:
    here = list(Folder(documents, SMALL).files())
    assert list(RemoteFolder(f"file://{documents}", SMALL).files()) == here
    assert {one.path for one in here if not one.skipped and not one.failed} > set(THREE)


def test_what_is_read_is_what_a_folder_reads(documents: Path) -> None:
    here, there = Folder(documents, SMALL), RemoteFolder(f"file://{documents}", SMALL)
    for file in here.files():
        if file.digest and file.path != "nul.txt":
            assert there.read(file) == here.read(file)


def test_an_index_of_a_url_equals_that_of_the_folder(
    documents: Path, memory: str, tmp_path: Path
) -> None:
    report = build(Folder(documents, SMALL), tmp_path / "here")
    told = build(RemoteFolder(memory, SMALL), tmp_path / "there")
    assert statuses(told) == statuses(report)
    one, other = open_generation(tmp_path / "here"), open_generation(tmp_path / "there")
    assert list(one.catalog.all_passages()) == list(other.catalog.all_passages())
    everything = np.arange(one.manifest.passages)
    ours, theirs = (each.passages.vectors.rows(everything) for each in (one, other))
    assert np.array_equal(ours, theirs)
    assert not build(RemoteFolder(memory, SMALL), tmp_path / "here").published


def test_only_what_has_changed_is_fetched_again(documents: Path, tmp_path: Path) -> None:
    url, index = f"file://{documents}", tmp_path / "index"
    (index / "staging").mkdir(parents=True)  # as while a build writes it

    def fetched() -> list[str]:
        counted = Counted()
        list(RemoteFolder(url, SMALL, seen=index / SEEN, hash_files=counted).files())
        return counted.paths

    assert set(fetched()) > set(THREE)
    assert not fetched()
    write_files(documents, {"volcano.md": "# Volcano\n\nAshes.\n"})
    (documents / "harbour.md").rename(documents / "port.md")
    assert fetched() == ["port.md", "volcano.md"]
    (index / SEEN).write_text("{")
    assert set(fetched()) > {"port.md", "volcano.md"}


def test_a_build_follows_what_happens_at_the_url(documents: Path, tmp_path: Path) -> None:
    def run() -> Report:
        there = RemoteFolder(f"file://{documents}", SMALL, seen=tmp_path / "index" / SEEN)
        return build(there, tmp_path / "index")

    def found(report: Report, path: str) -> FileReport:
        [one] = [one for one in report.files if one.path == path]
        return one

    run()
    assert found(run(), "volcano.md").status == "unchanged"
    (documents / "harbour.md").rename(documents / "port.md")
    shutil.rmtree(documents / "notes")
    write_files(documents, {"volcano.md": "# Volcano\n\nAshes.\n"})
    report = run()
    assert found(report, "port.md").renamed_from == "harbour.md"
    assert found(report, "volcano.md").status == "indexed"
    assert "notes/orchard_log.txt" in report.deleted


def test_a_file_or_folder_that_cannot_be_reached_goes_on_answering(
    documents: Path, tmp_path: Path, store: type[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> Report:
        return build(RemoteFolder(f"faulty://{documents}", SMALL), tmp_path / "index")

    run()
    monkeypatch.setattr(store, "unlisted", ("/notes",))
    monkeypatch.setattr(store, "unfetched", ("volcano.md",))
    report = run()
    told = statuses(report)
    assert told["notes"] == ("failed", "cannot be read: Unable to locate credentials")
    assert told["notes/orchard_log.txt"][0] == "failed"
    reason = "cannot be read: Access Denied; its previous version still answers"
    assert told["volcano.md"] == ("failed", reason)
    assert not report.deleted
    assert open_generation(tmp_path / "index").manifest.documents >= len(THREE)


def test_a_file_that_cannot_be_fetched_to_be_read_fails_alone(
    documents: Path, tmp_path: Path, store: type[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = RemoteFolder(f"faulty://{documents}", SMALL)
    found = {file.path: file for file in there.files()}
    monkeypatch.setattr(store, "unfetched", ("volcano.md",))
    with pytest.raises(DocumentError, match=r"^volcano\.md: cannot be read: Access Denied$"):
        there.read(found["volcano.md"])
    monkeypatch.setattr(RemoteFolder, "files", lambda self: iter(found.values()))
    told = statuses(build(there, tmp_path / "index"))
    assert told["volcano.md"] == ("failed", "cannot be read: Access Denied")
    assert told["harbour.md"][0] == "indexed"


@pytest.mark.parametrize(
    "written",
    [
        {"ETag": '"abc"', "LastModified": dt.datetime(2024, 5, 6, 1, tzinfo=EAST)},  # s3fs
        {"etag": "abc", "updated": "2024-05-05T23:00:00.000Z"},  # gcsfs
        {"etag": "abc", "last_modified": dt.datetime(2024, 5, 5, 23, tzinfo=dt.UTC)},  # adlfs
        {"mtime": dt.datetime(2024, 5, 5, 23, tzinfo=dt.UTC).timestamp()},
    ],
)
def test_the_day_of_a_file_is_read_as_each_store_tells_it(
    written: dict[str, object],
    documents: Path,
    tmp_path: Path,
    store: type[Store],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = Store.ls

    def ls(self: Store, path: str, detail: bool = False, **kwargs: object) -> list[object]:
        kept = ("name", "size", "type")
        return [
            {key: one[key] for key in kept} | written  # type: ignore[index]
            for one in listed(self, path, detail=detail, **kwargs)
        ]

    monkeypatch.setattr(Store, "ls", ls)
    found = [one for one in RemoteFolder(f"faulty://{documents}", SMALL).files() if one.digest]
    assert {one.modified for one in found} == {dt.date(2024, 5, 5)}
    (tmp_path / "index/staging").mkdir(parents=True)
    remembered = tmp_path / "index" / SEEN
    counted = Counted()
    for _ in range(2):
        list(
            RemoteFolder(
                f"faulty://{documents}", SMALL, seen=remembered, hash_files=counted
            ).files()
        )
    assert len(counted.paths) == len(set(counted.paths))


def test_a_folder_whose_name_is_empty_is_skipped(
    documents: Path, store: type[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Store.ls

    def ls(self: Store, path: str, detail: bool = False, **kwargs: object) -> list[object]:
        found = listed(self, path, detail=detail, **kwargs)
        marker = {"name": f"{path}/", "size": 0, "type": "file"}  # as s3fs has it, and the next
        nameless = {"name": f"{path}/", "size": 0, "type": "directory"}
        return [*found, marker, nameless] if path.endswith("/notes") else found

    monkeypatch.setattr(Store, "ls", ls)
    found = list(RemoteFolder(f"faulty://{documents}", SMALL).files())
    assert found[-1] == File("notes/", skipped="its name is empty; rename it")
    assert found[:-1] == list(Folder(documents, SMALL).files())


def test_links_are_not_followed(documents: Path) -> None:
    (documents / "link.md").symlink_to("volcano.md")
    (documents / "volcano.md.yaml").symlink_to("_metadata.yaml")
    (documents / "away").symlink_to("/etc")
    there = RemoteFolder(f"file://{documents}", SMALL)
    found = {file.path: file.skipped for file in there.files()}
    assert found["link.md"] == "a link or not a regular file; neither is read from a URL"
    assert found["away"] == found["link.md"]
    [volcano] = [one for one in there.files() if one.path == "volcano.md"]
    assert volcano.sidecars == ("_metadata.yaml",)
    assert there.read(volcano).metadata.publisher == "The Gazette"
    assert not any(path.startswith("away/") for path in found)


def test_a_file_is_left_on_this_disk_no_longer_than_it_is_read(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    build(RemoteFolder(f"file://{documents}", SMALL), tmp_path / "index")
    assert [name for _, _, names in os.walk(tmp_path / "temporary") for name in names] == []


def test_a_folder_that_cannot_be_listed_is_refused_and_nothing_is_lost(
    documents: Path, tmp_path: Path, store: type[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = RemoteFolder(f"faulty://{documents}", SMALL)
    build(there, tmp_path / "index")
    before = open_generation(tmp_path / "index").id
    monkeypatch.setattr(store, "unlisted", ("/documents",))
    with pytest.raises(
        DocumentsFolderError,
        match=r"^faulty://\S+/documents cannot be listed: Unable to locate credentials; check that",
    ):
        build(there, tmp_path / "index")
    assert open_generation(tmp_path / "index").id == before


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nope://bucket/x", r"^nope://bucket/x: Protocol not known: nope; expected s3://, gs://"),
        ("memory://", r"^memory:// names no folder; expected one such as memory://bucket"),
        ("file://docs", r"^file://docs is not absolute; expected file:///folder/documents$"),
        ("memory://nowhere", r"^there is no folder memory://nowhere; put documents there"),
        (
            "s3://user:secret@host/x",
            r"^the s3:// URL of the documents holds a password; remove",
        ),
    ],
)
def test_a_url_that_names_no_folder_is_refused(url: str, reason: str) -> None:
    with pytest.raises(DocumentsFolderError, match=reason) as said:
        list(RemoteFolder(url).files())
    assert "\n" not in str(said.value)
    assert "secret" not in str(said.value)


def test_a_file_is_no_folder(documents: Path) -> None:
    with pytest.raises(DocumentsFolderError, match=r"volcano\.md is a file; --documents takes a"):
        list(RemoteFolder(f"file://{documents}/volcano.md").files())


def test_a_store_whose_library_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    known = import_module("fsspec.registry")._registry
    monkeypatch.delitem(known, "s3", raising=False)
    with pytest.raises(DocumentsFolderError, match=r"^s3:// cannot be read: Install s3fs .*pip"):
        RemoteFolder("s3://bucket/documents")


def test_an_error_of_the_disk_says_so(tmp_path: Path, documents: Path) -> None:
    there = RemoteFolder(f"file://{documents}", SMALL)
    [file] = [file for file in there.files() if file.path == "volcano.md"]
    (documents / "volcano.md").unlink()
    with pytest.raises(DocumentError, match=os.strerror(errno.ENOENT)):
        there.read(file)
