"""Which changes are noticed in folders; tests/test_watching.py watches with the real server."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from service.indexing import watching
from service.indexing.folder_changes import ALIVE, WATCHING, changes
from tests.conftest import ROOT
from tests.fakes import write_files
from tests.inotify import LIMITS, can_lower_limits, without_inotify

AsNobody = Callable[[], AbstractContextManager[None]]
PATIENCE = 60.0  # seconds; only how long a broken watch is waited for


class Ended(Exception):
    """Nothing was noticed in time."""


def watched(folders: Mapping[str, Path]) -> Iterator[str]:
    deadline = time.monotonic() + PATIENCE

    def has_ended() -> bool:
        if time.monotonic() > deadline:
            raise Ended
        return False

    found = changes(folders, has_ended)
    assert next(found) == WATCHING
    return (name for name in found if name != ALIVE)


def until(found: Iterator[str], name: str) -> None:
    """Read until a folder has changed: one change may come in parts."""
    while next(found) != name:
        pass


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    for name in ("one", "two"):
        write_files(tmp_path / name, {"a.txt": "Words."})
    return {name: tmp_path / name for name in ("one", "two")}


def test_a_folder_is_named_in_which_something_changes(folders: dict[str, Path]) -> None:
    found = watched(folders)
    write_files(folders["two"], {"sub/b.txt": "Words."})
    assert next(found) == "two"
    (folders["one"] / "a.txt").unlink()
    until(found, "one")


def test_hidden_files_change_nothing(folders: dict[str, Path]) -> None:
    found = watched(folders)
    write_files(folders["one"], {".hidden.txt": "x", ".git/config": "x"})
    time.sleep(1)
    write_files(folders["two"], {"b.txt": "x"})
    assert next(found) == "two"


def test_a_folder_that_is_removed_and_made_again_is_watched(folders: dict[str, Path]) -> None:
    found = watched(folders)
    shutil.rmtree(folders["one"])
    until(found, "one")
    write_files(folders["one"], {"new.txt": "Words."})
    until(found, "one")
    time.sleep(3)  # the two changes that follow are of the new folder
    write_files(folders["one"], {"newer.txt": "Words."})
    until(found, "one")


def test_a_folder_that_another_takes_the_place_of_is_followed_by_its_name(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    found = watched(folders)
    folders["one"].rename(tmp_path / "old")
    write_files(tmp_path / "one", {"b.txt": "Words."})
    until(found, "one")
    write_files(tmp_path / "two", {"mark.txt": "Words."})
    until(found, "two")
    write_files(tmp_path / "one", {"c.txt": "Words."})
    until(found, "one")


def test_a_link_that_is_swapped_is_followed(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_files(tmp_path / name, {"a.txt": "Words."})
    link = tmp_path / "current"
    link.symlink_to("first")
    found = watched({"current": link})
    (tmp_path / "next").symlink_to("second")
    (tmp_path / "next").rename(link)
    until(found, "current")
    write_files(tmp_path / "second", {"b.txt": "Words."})
    until(found, "current")


def test_a_watch_ends_when_it_is_told_to(folders: dict[str, Path]) -> None:
    answers = iter([False, False, True])
    assert list(changes(folders, lambda: next(answers))) == [WATCHING]


def test_a_watch_in_which_nothing_changes_shows_that_it_still_looks(
    folders: dict[str, Path],
) -> None:
    found = changes(folders)
    assert [next(found) for _ in range(3)] == [WATCHING, ALIVE, ALIVE]


def test_a_folder_within_that_may_not_be_read_hides_no_other_change(
    open_folder: Path, unprivileged: AsNobody
) -> None:
    write_files(open_folder, {"closed/a.txt": "x"})
    (open_folder / "closed").chmod(0)
    with unprivileged():
        found = watched({"one": open_folder})
        write_files(open_folder, {"b.txt": "x"})
        assert next(found) == "one"


@pytest.mark.parametrize("limit", LIMITS)
def test_a_watch_that_the_system_refuses_ends_and_says_what_to_raise(
    folders: dict[str, Path], limit: str
) -> None:
    if not can_lower_limits():
        pytest.skip("this system lets no process make user namespaces")
    within = without_inotify(limit, while_exists=folders["one"])
    with subprocess.Popen(
        [*within, *watching._COMMAND, f"one={folders['one']}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=ROOT,
    ) as watch:  # fmt: skip
        assert watch.stdout is not None
        assert watch.stderr is not None
        assert watch.stdout.read() == ""
        [told] = watch.stderr.read().splitlines()
    assert watch.returncode == 1
    assert "raise fs.inotify.max_user_instances and fs.inotify.max_user_watches" in told
