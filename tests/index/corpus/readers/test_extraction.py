"""The words of real files are found; `python -m tests.benchmarks.extraction` prints each share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.benchmarks.extraction import ENOUGH, FOLDERS, REFERENCES, files, measure

FILES = list(files())
needs_shared_files = pytest.mark.skipif(
    not FOLDERS[0].is_dir(), reason=f"{FOLDERS[0]} is absent; it holds the files to measure on"
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nearly_all_words_that_another_extractor_finds_are_found(file: Path) -> None:
    measured = measure(file)
    assert not measured.refused
    assert measured.found >= ENOUGH, measured.lacking


@needs_shared_files
def test_there_are_files_of_each_format_to_measure() -> None:
    assert {file.suffix for file in FILES} == set(REFERENCES) - {".htm"}


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_words_that_a_reader_misses_are_counted(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_text("one two two three")
    assert (measure(file).found, measure(file).lacking) == (1.0, ())
    monkeypatch.setitem(REFERENCES, suffix, lambda data: Counter({"two": 3, "three": 1}))
    assert (measure(file).found, measure(file).lacking) == (0.75, ("two",))
