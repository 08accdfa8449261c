"""Files get the owner and the mode of the folder that they belong to."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

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
