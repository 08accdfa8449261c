"""A short form of tests/faults/soak.py."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import THREE, write_files
from tests.faults.soak import soak

QUESTIONS = 3200
REBUILDS = 8


def test_nothing_grows_with_questions_and_rebuilds(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "own", THREE)
    samples = list(soak(tmp_path, documents, QUESTIONS, REBUILDS, fake=True))
    assert samples[-1].questions == QUESTIONS
    assert samples[-1].failed == 0
    assert len({one.generation for one in samples}) > REBUILDS / 2  # or nothing was rebuilt
    filled, last = samples[REBUILDS // 3], samples[-1]
    assert last.handles <= filled.handles + 16, samples
    assert last.threads <= filled.threads + 8, samples
    assert last.rss_mb < filled.rss_mb * 1.25, samples
