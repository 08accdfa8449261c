"""A generation that is not as it was written is refused, or answers as before."""

from __future__ import annotations

from pathlib import Path

from index.generation import LISTS
from tests.fakes import build
from tests.faults.corruption import corrupt, listing


def test_a_file_that_was_corrupted_is_refused_or_makes_no_difference(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with listing(tmp_path / "documents") as documents:
        build(documents, index)
        found = corrupt(index, times=8, seed=1)
    assert len(found) > 10
    assert any(path.endswith(LISTS) for path in found)
    for path, counts in found.items():
        assert counts.total() in {0, 16}, path  # a file may be empty
        if path != "CURRENT" and not path.endswith("manifest.json"):
            assert not [what for what in counts if not what.endswith("refused")], path
