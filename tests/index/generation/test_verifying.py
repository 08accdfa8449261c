from __future__ import annotations

from pathlib import Path

import pytest

from index import IndexMissing, StoredIndexError, verify_index
from index.generation.folder import current_id
from tests.fakes import write_files


def test_a_sound_index_has_no_damage(index: Path) -> None:
    assert verify_index(index) == []


def test_each_damaged_file_is_named_with_what_is_wrong_with_it(index: Path) -> None:
    place = index / "generations" / current_id(index)
    (place / "keys.npy").unlink()
    write_files(place, {"postings/stranger": "x", "vectors.faiss": "x"})
    assert verify_index(index) == [
        f"{place}/keys.npy is missing",
        f"{place}/postings/stranger is no file of the index",
        f"{place}/vectors.faiss is altered",
    ]


@pytest.mark.parametrize("pointer", ["", "20200101T000000.000000Z-aaaaaa", "a\0b", "../x"])
def test_a_pointer_to_nothing_is_damage(index: Path, pointer: str) -> None:
    write_files(index, {"CURRENT": pointer})
    assert len(verify_index(index)) == 1


def test_where_there_is_no_index_none_is_sound(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        verify_index(tmp_path / "nothing")
    with pytest.raises(StoredIndexError):
        verify_index(write_files(tmp_path / "other", {"thesis.docx": "x"}))
