"""A generation is published whole, by one writer at a time, or not at all."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from index import BuildFailed, StoredIndexError
from index.generation.folder import current_id, generation_ids, open_generation
from index.generation.publishing import publish, writing
from tests.fakes import build, write_files
from tests.index.generation.clock import set_back_clock


def publish_named(folder: Path, name: str) -> None:
    staged = folder / "staging" / name
    staged.mkdir(parents=True)
    publish(folder, staged)


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
        with pytest.raises(BuildFailed, match="No space left"):
            build(three, index)
    assert open_generation(index).id == before.id
    assert not (index / "staging").exists()
    assert build(three, index).published
    assert open_generation(index).catalog.count()[0] == 4


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


def test_ids_follow_one_another_in_time(tmp_path: Path) -> None:
    names = []
    for _ in range(5):
        with writing(tmp_path) as staged:
            names.append(staged.name)
    assert names == sorted(names)


def test_what_was_never_live_is_not_kept_in_place_of_what_was(tmp_path: Path) -> None:
    publish_named(tmp_path, "1")
    (tmp_path / "generations" / "2").mkdir()  # its publication failed before it became live
    publish_named(tmp_path, "3")
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == ["1", "3"]


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
        assert f"is being written by process {os.getpid()} on " in str(caught[0])
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


def test_the_lock_of_a_process_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "index", held.set, release.wait))
    other.start()
    assert held.wait(60)
    told = rf"by process {other.pid} on .*, since 2"
    with pytest.raises(StoredIndexError, match=told), writing(tmp_path / "index"):
        pass
    other.kill()
    other.join()
    with writing(tmp_path / "index") as staged:
        assert [path.name for path in staged.parent.iterdir() if path.is_dir()] == [staged.name]


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


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "index").mkdir()
    (tmp_path / "index/lock").touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    message = "has no file locks .*; name a folder on another disk with --index"
    with pytest.raises(StoredIndexError, match=message), writing(tmp_path / "index"):
        pass


def test_with_the_clock_set_back_the_generation_before_the_live_one_is_kept(
    index: Path, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_id(index)
    set_back_clock(monkeypatch)
    write_files(three, {"new.txt": "Something new."})
    assert build(three, index).published
    with writing(index):
        pass
    assert generation_ids(index) == [before, current_id(index)]
    assert current_id(index) < before, "the name looks older"
