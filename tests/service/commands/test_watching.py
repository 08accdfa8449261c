"""Which changes bring an index in step; tests/test_watching.py watches with the real server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from service.commands.watching import changes
from tests.fakes import write_files

PATIENCE = 60.0  # seconds to wait for a broken watch


class Ended(Exception):
    """Nothing was noticed in time."""


def watched(folders: Mapping[str, Path | str], seconds: float = 10_000) -> Iterator[str]:
    deadline = time.monotonic() + PATIENCE

    def has_ended() -> bool:
        if time.monotonic() > deadline:
            raise Ended
        return False

    return changes(folders, seconds, has_ended)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    for name in ("one", "two"):
        write_files(tmp_path / name, {"a.txt": "Words."})
    return {name: tmp_path / name for name in ("one", "two")}


def test_every_folder_comes_first_and_then_those_in_which_something_changes(
    folders: dict[str, Path],
) -> None:
    found = watched(folders)
    assert [next(found), next(found)] == ["one", "two"]
    write_files(folders["two"], {"sub/b.txt": "Words."})
    assert next(found) == "two"
    (folders["one"] / "a.txt").unlink()
    while (name := next(found)) == "two":  # the file in a new folder may come apart from it
        pass
    assert name == "one"


def test_hidden_files_change_nothing(folders: dict[str, Path]) -> None:
    found = watched(folders)
    assert [next(found), next(found)] == ["one", "two"]
    write_files(folders["one"], {".hidden.txt": "x", ".git/config": "x"})
    time.sleep(1)
    write_files(folders["two"], {"b.txt": "x"})
    assert next(found) == "two"


def test_every_folder_comes_again_after_some_time(folders: dict[str, Path]) -> None:
    found = watched(folders, seconds=0.1)
    assert [next(found) for _ in range(6)] == ["one", "two"] * 3


def test_a_folder_that_goes_and_comes_back_is_noticed(folders: dict[str, Path]) -> None:
    found = watched(folders)
    assert [next(found), next(found)] == ["one", "two"]
    shutil.rmtree(folders["one"])
    seen = [next(found)]
    while seen[-2:] != ["one", "two"]:
        seen.append(next(found))
    write_files(folders["one"], {"new.txt": "Words."})
    seen = [next(found)]
    while seen[-2:] != ["one", "two"]:
        seen.append(next(found))
    write_files(folders["one"], {"newer.txt": "Words."})
    assert next(found) == "one"


def test_a_watch_ends_when_it_is_told_to(folders: dict[str, Path]) -> None:
    asked = iter([False, False, True])
    found = changes(folders, 10_000, lambda: next(asked))
    assert list(found) == ["one", "two"]


def test_documents_at_a_url_come_with_the_others_after_some_time(folders: dict[str, Path]) -> None:
    found = watched({"far": "s3://bucket/a", **folders}, seconds=2)
    assert [next(found) for _ in range(6)] == ["far", "one", "two"] * 2
    alone = watched({"far": "s3://bucket/a"}, seconds=1)
    assert [next(alone), next(alone)] == ["far", "far"]
