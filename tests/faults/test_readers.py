"""Readers get one generation at a time, and never wait long, even during many rebuilds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.readers import REBUILDS, read_while_rebuilt


@pytest.mark.alone
def test_readers_see_one_generation_at_a_time_and_no_error(tmp_path: Path) -> None:
    seen = read_while_rebuilt(tmp_path / "first", REBUILDS)
    assert seen.mixed == []
    assert seen.statuses == {200}
    assert len(seen.editions) >= REBUILDS // 2
    assert {len(editions) for editions in seen.editions.values()} == {1}
    # other load on the machine can only make a wait longer
    again = (read_while_rebuilt(tmp_path / name, REBUILDS // 4) for name in ("second", "third"))
    assert seen.longest <= 10 or any(other.longest <= 10 for other in again)
