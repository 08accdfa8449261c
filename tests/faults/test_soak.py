"""A short form of tests/faults/soak.py."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import THREE, write_files
from tests.faults.soak import find_growth, soak

QUESTIONS = 3200
REBUILDS = 8


def test_nothing_grows_with_questions_and_rebuilds(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "own", THREE)
    samples = list(soak(tmp_path, documents, QUESTIONS, REBUILDS, fake=True))
    assert samples[-1].questions == QUESTIONS
    assert len({one.generation for one in samples}) > REBUILDS / 2  # or nothing was rebuilt
    assert find_growth(samples) == [], samples
