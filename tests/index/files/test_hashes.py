from __future__ import annotations

from pathlib import Path

from index.files.hashes import hash_files
from tests.fakes import write_files


def test_hashes_are_of_every_file_but_the_one_they_are_written_to(tmp_path: Path) -> None:
    write_files(tmp_path, {"a": "", "b/c": "x", "list": "{}", "b/list": "stranger"})
    found = hash_files(tmp_path, leave_out="list")
    assert sorted(found) == ["a", "b/c", "b/list"]
    assert found["a"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
