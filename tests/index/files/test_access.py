"""Files get the owner and the mode of the folder that they belong to."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from index.corpus.removals import Removals
from index.files.access import match_access
from tests.fakes import build

NOBODY = 65534


@pytest.mark.parametrize(
    ("folder", "made", "file"),
    [(0o700, 0o700, 0o600), (0o755, 0o755, 0o644), (0o2770, 0o770, 0o660), (0o777, 0o775, 0o664)],
)
def test_modes_follow_those_of_the_folder(
    tmp_path: Path, folder: int, made: int, file: int
) -> None:
    (tmp_path / "f/d").mkdir(parents=True)
    (tmp_path / "f/a").touch(mode=0o600)
    (tmp_path / "f").chmod(folder)
    match_access((tmp_path / "f").iterdir(), tmp_path / "f")
    assert stat.S_IMODE((tmp_path / "f/d").stat().st_mode) == made
    assert stat.S_IMODE((tmp_path / "f/a").stat().st_mode) == file


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_builds_in_the_folder_of_another_user_belongs_to_that_user(
    three: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    os.chown(index, NOBODY, NOBODY)
    build(three, index)
    assert {path.stat().st_uid for path in index.rglob("*")} == {NOBODY}


@pytest.mark.parametrize(
    ("umask", "folder", "file"), [(0o022, 0o750, 0o640), (0o077, 0o700, 0o600)]
)
def test_a_new_index_is_not_for_everybody_and_respects_the_umask(
    three: Path, tmp_path: Path, umask: int, folder: int, file: int
) -> None:
    before = os.umask(umask)
    try:
        build(three, tmp_path / "index")
        Removals(tmp_path / "index").note("a.md")
    finally:
        os.umask(before)
    made = [tmp_path / "index", *(tmp_path / "index").rglob("*")]
    assert len(made) > 10
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == (folder if path.is_dir() else file), path


def test_an_index_in_a_folder_that_is_there_has_the_modes_of_that_folder(
    three: Path, tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index").chmod(0o755)
    build(three, tmp_path / "index")
    assert stat.S_IMODE((tmp_path / "index" / "CURRENT").stat().st_mode) == 0o644
