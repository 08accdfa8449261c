"""Which passages and sections hold the codes of a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.ranking.codes import count_codes, is_elsewhere
from tests.index.ranking.test_matching import candidates

CODES = [("1.2",), ("ppr9087", "ppr-9087")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_a_code_is_held_as_a_whole_in_any_of_its_forms(folder: Path) -> None:
    found = candidates(folder, ("", "1.2 ppr-9087"), ("1.2", "a"), ("", "1 2"))
    assert count_codes(CODES, found).tolist() == [2, 1, 0]


def test_a_sentence_of_another_section_than_the_one_with_the_code_is_elsewhere(
    folder: Path,
) -> None:
    found = candidates(
        folder,
        ("", "1.1: a", "b", "1.2: c", "d"),
        ("", "2: a", "3: b"),
        ("", "a", "1.2"),
    )
    by_hand = [True, True, False, False, False, False, False, False]
    assert is_elsewhere(CODES, found).tolist() == by_hand
    assert not is_elsewhere([], found).any()
