from __future__ import annotations

import gc
import hashlib
import importlib
import os
import tempfile
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest

from index import IndexDamaged, IndexMissing, OneOf, Query, Retriever, StoredIndexError
from index.generation.folder import check_is_index, current_id, open_generation
from index.generation.manifest import read_manifest, write_manifest
from index.generation.publishing import writing
from tests.fakes import THREE, FakeEmbedder, build, write_files


def place(index: Path) -> Path:
    return index / "generations" / current_id(index)


def test_a_generation_is_opened_with_all_that_was_built(index: Path) -> None:
    generation = open_generation(index)
    assert generation.id == current_id(index)
    documents, passages, sentences = generation.catalog.count()
    assert (documents, passages) == (3, len(generation.passages.columns) - 1)
    assert generation.passages.sentences.shape == (sentences, generation.manifest.dimension)


@pytest.mark.parametrize("exists", [True, False])
def test_an_empty_or_missing_folder_is_an_index_not_built_yet(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "index"
    if exists:
        folder.mkdir()
    with pytest.raises(IndexMissing, match="build one with: pincite index"):
        open_generation(folder)


def test_a_folder_of_something_else_is_no_index(tmp_path: Path) -> None:
    write_files(tmp_path / "other", {"thesis.docx": "x"})
    with pytest.raises(StoredIndexError, match=r"is not a Pincite index \(it holds thesis\.docx\)"):
        current_id(tmp_path / "other")
    with pytest.raises(StoredIndexError), writing(tmp_path / "other"):
        pass
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thesis.docx"]


def test_a_file_is_no_index(tmp_path: Path) -> None:
    write_files(tmp_path, {"file": "x"})
    with pytest.raises(StoredIndexError, match=r"--index"):
        check_is_index(tmp_path / "file")
    with pytest.raises(StoredIndexError, match=r"--index"):
        current_id(tmp_path / "file")


def test_a_device_is_no_index() -> None:
    with pytest.raises(StoredIndexError, match="is a file; --index takes a folder"):
        check_is_index(Path("/dev/null"))


@pytest.mark.parametrize("target", ["nowhere", "link"])
def test_a_link_to_nothing_or_to_itself_is_no_index_yet(tmp_path: Path, target: str) -> None:
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(IndexMissing, match="is a link to a folder that does not exist"):
        check_is_index(tmp_path / "link")
    with pytest.raises(StoredIndexError, match="--index"):
        current_id(tmp_path / "link")


def test_a_folder_whose_name_is_not_unicode_is_refused(tmp_path: Path, three: Path) -> None:
    folder = tmp_path / os.fsdecode(b"in\xffdex")
    with pytest.raises(StoredIndexError, match="its name is not UTF-8") as refused:
        build(three, folder)
    assert str(refused.value).isprintable()
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"nowhere\n", b"../../elsewhere\n"])
def test_a_pointer_to_nothing_is_refused(index: Path, content: bytes) -> None:
    (index / "CURRENT").write_bytes(content)
    with pytest.raises(StoredIndexError):
        open_generation(index)


def test_every_altered_file_is_refused_by_name(index: Path) -> None:
    files = [path for path in place(index).rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if content else b"x")
        with pytest.raises(IndexDamaged, match=str(path.relative_to(index))):
            open_generation(index)
        path.write_bytes(content)
    open_generation(index)


@pytest.mark.parametrize("library", ["faiss.read_index", "numpy.load", "sqlite3.connect"])
def test_no_library_reads_a_file_before_hashes_were_compared(
    index: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    module, name = library.split(".")
    real, read = getattr(importlib.import_module(module), name), []

    def note(path: object, *options: Any, **named: Any) -> object:
        read.append(path)
        return real(path, *options, **named)

    monkeypatch.setattr(library, note)
    assert Retriever(FakeEmbedder()).search(Query("lava"), open_generation(index))
    assert read
    for path in [path for path in place(index).rglob("*") if path.is_file()]:
        read.clear()
        content = path.read_bytes()
        path.write_bytes(content + b"x")
        with pytest.raises(IndexDamaged):
            open_generation(index)
        assert not read, path
        path.write_bytes(content)


@pytest.mark.parametrize("kind", [ValueError, type("PanicException", (BaseException,), {})])
def test_sound_postings_that_cannot_be_opened_are_no_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    class Index:
        @staticmethod
        def open(path: str) -> None:
            raise kind("Failed to spawn thread")  # as tantivy does where memory is refused

    monkeypatch.setattr("tantivy.Index", Index)
    with pytest.raises(StoredIndexError, match="check that memory") as caught:
        open_generation(index)
    assert not isinstance(caught.value, IndexDamaged)


def test_every_missing_file_is_refused_by_name(index: Path) -> None:
    for path in [path for path in place(index).rglob("*") if path.is_file()]:
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexDamaged, match=str(path.relative_to(index))):
            open_generation(index)
        path.write_bytes(content)


@pytest.mark.parametrize("name", ["stranger", "postings/stranger", "postings/manifest.json"])
def test_an_added_file_is_refused_by_name(index: Path, name: str) -> None:
    write_files(place(index), {name: ""})
    with pytest.raises(IndexDamaged, match=name):
        open_generation(index)


def test_a_generation_lets_go_of_its_files_as_soon_as_nobody_holds_it(index: Path) -> None:
    gc.collect()
    gc.disable()  # which may come by late, and never to what was frozen
    try:
        generation = open_generation(index)
        held, handles = weakref.ref(generation.catalog), psutil.Process().num_fds
        query = Query("copper", filter=OneOf("publisher", ("Coast Gazette",)))
        assert Retriever(FakeEmbedder()).search(query, generation)
        opened = handles()
        del generation
        assert held() is None
        assert handles() < opened
    finally:
        gc.enable()


def test_an_index_of_another_user_that_cannot_be_written_is_read(
    open_folder: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    documents, index = write_files(open_folder / "documents", THREE), open_folder / "index"
    build(documents, index)
    for path in (index, *index.rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)
    with unprivileged():
        generation = open_generation(index)
        [first, *_] = Retriever(FakeEmbedder()).search(Query("lava", 3), generation)
    assert first.source.path == "volcano.md"


def test_an_index_is_read_where_no_temporary_file_can_be_made(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(index / "nowhere"))
    assert open_generation(index).passages.frequencies(["lava"]) == {"lava": 1}


def test_the_root_of_a_file_system_can_be_an_index(three: Path, tmp_path: Path) -> None:
    (tmp_path / "index/lost+found").mkdir(parents=True)
    assert build(three, tmp_path / "index").published


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00\x10\x00{'shape': (10,)}",
        b"\x93NUMPY\x01\x00\x80\x00"
        + b"{'descr': '<i8', 'fortran_order': False, 'shape': (99999999999,), }".ljust(127)
        + b"\n",
        b"cos\nsystem\n(S'true'\ntR.",
    ],
    ids=["empty", "no header", "half a header", "a huge shape", "a pickle"],
)
def test_an_array_that_no_build_writes_is_damage_whatever_the_hashes_say(
    tmp_path: Path, content: bytes
) -> None:
    build(write_files(tmp_path / "documents", THREE), tmp_path / "index")
    [folder] = (tmp_path / "index" / "generations").iterdir()
    (folder / "passages.npy").write_bytes(content)
    manifest = read_manifest(folder)
    digest = hashlib.sha256(content).hexdigest()
    write_manifest(
        folder, manifest.model_copy(update={"files": {**manifest.files, "passages.npy": digest}})
    )
    with pytest.raises(IndexDamaged):
        open_generation(tmp_path / "index")
