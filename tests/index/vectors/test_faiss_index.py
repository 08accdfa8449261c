from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from index import IndexDamaged
from index.vectors.faiss_index import VectorIndex, VectorWriter
from tests.fakes import FakeEmbedder

TEXTS = ["copper ships", "lava ashes", "bees and quinces", "copper"]


@pytest.fixture
def vectors(tmp_path: Path) -> VectorIndex:
    writer = VectorWriter(tmp_path / "v")
    rows = FakeEmbedder().embed(TEXTS)
    writer.add(rows[:1])
    writer.add(rows[1:])
    writer.close()
    return VectorIndex(tmp_path / "v")


def test_the_nearest_come_first(vectors: VectorIndex) -> None:
    ordinals = vectors.search(FakeEmbedder().embed_questions(["copper"])[0], 2)
    assert ordinals.tolist() == [3, 0]


def test_asking_for_more_than_there_are_gives_all(vectors: VectorIndex) -> None:
    ordinals = vectors.search(FakeEmbedder().embed_questions(["lava"])[0], 50)
    assert sorted(ordinals.tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_only_those_marked_are_searched(vectors: VectorIndex, limit: int) -> None:
    among = np.array([True, False, True, False])
    ordinals = vectors.search(FakeEmbedder().embed_questions(["copper"])[0], limit, among)
    assert ordinals.tolist() == [0, 2][:limit]


def test_nothing_is_found_among_nothing(vectors: VectorIndex) -> None:
    among = np.zeros(4, dtype=np.bool_)
    assert vectors.search(FakeEmbedder().embed_questions(["copper"])[0], 4, among).tolist() == []


def test_rows_are_the_vectors_that_were_added(vectors: VectorIndex) -> None:
    rows = vectors.rows(np.array([2, 0], dtype=np.int64))
    assert_allclose(rows, FakeEmbedder().embed([TEXTS[2], TEXTS[0]]), atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"not an index"])
def test_what_is_no_vector_index_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(IndexDamaged, match="not a FAISS index"):
        VectorIndex(tmp_path / "v")
