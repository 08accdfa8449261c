"""A service whose standard streams are closed, as some programs that start services leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import THREE, write_files
from tests.server import fetch, running


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_it_starts_and_answers(tmp_path: Path, closed: str) -> None:
    write_files(tmp_path / "documents", THREE)
    with running(tmp_path, within=("sh", "-c", f'exec "$@" {closed}', "sh")) as service:
        assert fetch(f"{service.address}/ask?q=lava", timeout=60).json()["answerable"]
