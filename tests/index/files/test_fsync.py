from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.files.fsync import make_folder


def test_each_folder_that_is_made_is_synced_in_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda file: synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
    )
    make_folder(tmp_path / "a/b")
    assert sorted(synced) == [str(tmp_path), str(tmp_path / "a")]
    make_folder(tmp_path / "a/b")
    assert len(synced) == 2
