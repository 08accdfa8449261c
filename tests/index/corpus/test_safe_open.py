"""Nothing outside a folder is opened, whenever a link is put in a file's place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.corpus.safe_open import Refused, open_file
from tests.fakes import write_files


def test_a_link_that_takes_a_files_place_once_it_was_looked_at_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = write_files(tmp_path / "documents", {"a.txt": "Public."})
    secret = write_files(tmp_path, {"secret.txt": "Not for you."}) / "secret.txt"
    look = os.path.realpath

    def swap(path: str | Path) -> str:
        real = look(path)
        Path(real).unlink()
        Path(real).symlink_to(secret)
        return real

    with monkeypatch.context() as patch:
        patch.setattr("index.corpus.safe_open.os.path.realpath", swap)
        with pytest.raises(Refused, match="a link that leads nowhere"):
            open_file(inside / "a.txt", inside, 1)
    assert (inside / "a.txt").read_text() == "Not for you."  # or nothing was put in its place
    with pytest.raises(Refused, match="leads out of the documents folder"):
        open_file(inside / "a.txt", inside, 1)


def test_what_would_have_to_be_waited_for_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(Refused, match="not a regular file"):
        open_file(tmp_path / "pipe.txt", tmp_path, 1)
