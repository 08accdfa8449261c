from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from index.building.checkpoint import UnfinishedVectors
from index.building.text_digests import text_keys
from tests.fakes import DIMENSION, FakeEmbedder

TEXTS = [f"copper {number}" for number in range(10)]
VECTORS = FakeEmbedder().embed(TEXTS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a build that made ten vectors, three at a time."""
    place = tmp_path / "unfinished" / "fake"
    with UnfinishedVectors(place) as kept:
        assert kept.restored == 0
        for start in range(0, 10, 3):
            kept.append(text_keys(TEXTS[start : start + 3]), VECTORS[start : start + 3])
    return place


def whole(path: Path) -> int:
    """Return how many vectors there are; each must be right, and another can be added."""
    with UnfinishedVectors(path) as kept:
        rows = kept.find(text_keys(TEXTS))
        there = rows[rows >= 0]
        assert there.tolist() == list(range(kept.restored))
        if kept.restored:
            assert_allclose(kept.load(there), VECTORS[: kept.restored], atol=1e-3)
        kept.append(text_keys(["lava"]), VECTORS[:1])
        restored = kept.restored
    with UnfinishedVectors(path) as kept:
        assert kept.restored == restored + 1
        assert_allclose(kept.load(kept.find(text_keys(["lava"]))), VECTORS[:1], atol=1e-3)
    return restored


def test_what_was_kept_is_there_again_rounded_to_float16(path: Path) -> None:
    with UnfinishedVectors(path) as kept:
        assert kept.restored == 10
        found = kept.load(kept.find(text_keys([TEXTS[7], TEXTS[0]])))
        assert np.array_equal(found, VECTORS[[7, 0]].astype(np.float16).astype(np.float32))
        assert kept.find(text_keys(["unknown"])).tolist() == [-1]


@pytest.mark.parametrize("lost", [1, 4, 20, 16 + 2 * DIMENSION + 4])
def test_a_half_written_end_is_cut_off(path: Path, lost: int) -> None:
    path.write_bytes(path.read_bytes()[:-lost])
    assert whole(path) == 9


def test_nothing_from_the_first_record_on_that_is_not_as_it_was_written_is_used(
    path: Path,
) -> None:
    content = bytearray(path.read_bytes())
    content[16 + 6 * (16 + 2 * DIMENSION + 4) + 30] ^= 1
    path.write_bytes(content)
    assert whole(path) == 6


@pytest.mark.parametrize("junk", [b"", b"\0" * 8, b"\0" * 4096, b"something else that is long"])
def test_a_file_that_holds_something_else_is_begun_anew(path: Path, junk: bytes) -> None:
    path.write_bytes(junk)
    assert whole(path) == 0


def test_zeros_at_the_end_as_a_crash_leaves_them_are_cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(5000))
    assert whole(path) == 10


def test_only_a_header_is_an_empty_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:16])
    assert whole(path) == 0
