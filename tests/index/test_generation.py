from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from index import IndexDamaged, IndexMissing, StoredIndexError
from index.generation import check_is_index, current_id, open_generation, publish, writing
from tests.fakes import build, write_files


def place(index: Path) -> Path:
    return index / "generations" / current_id(index)


def publish_named(folder: Path, name: str) -> None:
    staged = folder / "staging" / name
    staged.mkdir(parents=True)
    publish(folder, staged)


def test_a_generation_is_opened_with_all_that_was_built(index: Path) -> None:
    generation = open_generation(index)
    assert generation.id == current_id(index)
    documents, passages, sentences = generation.catalog.count()
    assert (documents, passages) == (3, len(generation.columns) - 1)
    assert generation.sentences.shape == (sentences, generation.manifest.dimension)


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


@pytest.mark.parametrize("step", ["rename", "replace", "write_text"])
def test_a_publication_that_fails_before_its_end_leaves_the_old_generation_live(
    index: Path, three: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = open_generation(index)

    def fail(path: Path, *arguments: object, **options: object) -> None:
        if "staging" in path.parts:
            raise OSError(28, "No space left on device", str(path))
        original(path, *arguments, **options)

    original = getattr(Path, step)
    write_files(three, {"new.txt": "Something new."})
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, fail)
        with pytest.raises(OSError, match="No space left"):
            build(three, index)
    assert open_generation(index).id == before.id
    assert not (index / "staging").exists()
    assert build(three, index).published
    assert open_generation(index).catalog.count()[0] == 4
    assert before.catalog.count()[0] == 3, "the former generation is still there for its readers"


def test_a_build_that_was_killed_leaves_nothing_behind_for_the_next(
    index: Path, three: Path
) -> None:
    write_files(index / "staging/20200101T000000Z-aaaaaa", {"catalog.sqlite": "half"})
    write_files(three, {"new.txt": "Something new."})
    assert build(three, index).published
    assert not (index / "staging").exists()


def test_the_live_generation_and_the_one_before_it_are_kept(tmp_path: Path) -> None:
    for name in ("1", "2", "3", "4"):
        publish_named(tmp_path, name)
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == ["3", "4"]
    assert current_id(tmp_path) == "4"


def test_of_generations_of_one_second_the_one_before_the_live_one_is_kept(tmp_path: Path) -> None:
    second = "20200214T113000Z"
    for name in (f"{second}-cc", f"{second}-aa", f"{second}-bb"):
        publish_named(tmp_path, name)
    kept = sorted(path.name for path in (tmp_path / "generations").iterdir())
    assert kept == [f"{second}-aa", f"{second}-bb"]


def test_a_second_writer_is_refused_while_the_first_writes(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    caught: list[BaseException] = []

    def write_too() -> None:
        try:
            with writing(folder):
                pass
        except StoredIndexError as error:
            caught.append(error)

    with writing(folder):
        other = threading.Thread(target=write_too)
        other.start()
        other.join()
        assert "is being written by another process" in str(caught[0])
    write_too()
    assert len(caught) == 1


def _hold(folder: Path, held: Callable[[], None], release: Callable[[], bool]) -> None:
    with writing(folder):
        held()
        release()


def test_another_process_is_refused_while_the_first_writes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "index", held.set, release.wait))
    other.start()
    try:
        assert held.wait(60)
        with pytest.raises(StoredIndexError, match="is being written"), writing(tmp_path / "index"):
            pass
    finally:
        release.set()
        other.join()
    with writing(tmp_path / "index"):
        pass


def test_a_folder_that_may_not_be_written_is_refused(
    open_folder: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    open_folder.chmod(0o555)
    try:
        with (
            unprivileged(),
            pytest.raises(
                StoredIndexError, match=r"cannot be written: Permission denied; .*--index"
            ),
            writing(open_folder / "index"),
        ):
            pass
    finally:
        open_folder.chmod(0o777)
