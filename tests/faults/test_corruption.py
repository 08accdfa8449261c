"""A generation whose files were changed is refused, or answers as before and says so."""

from __future__ import annotations

from pathlib import Path

from index.embedding.compiled import GRAPH
from index.generation.folder import ENCODER, LISTS, VECTORS
from tests.faults.corruption import corrupt, whole


def test_a_file_that_was_corrupted_is_refused_or_makes_no_difference(tmp_path: Path) -> None:
    with whole(tmp_path) as struck:
        found = corrupt(struck, times=8, seed=1)
    assert {Path(path).name for path in found} > {VECTORS, LISTS, "catalog.sqlite", GRAPH}
    for path, counts in found.items():
        assert counts.total() in {0, 16}, path  # a file may be empty
        if path != "CURRENT" and not path.endswith("manifest.json"):
            right = "another encoder" if f"/{ENCODER}/" in path else "refused"
            assert not [what for what in counts if not what.endswith(right)], path
