from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import CrossEncoderReranker, ModelError, Query, Retriever
from index.generation.folder import open_generation
from tests.fakes import FakeEmbedder, build, write_files
from tests.tiny import save_tiny_reranker


class PrefersLava:
    """Likes one word, and remembers what it was given to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.read += passages
        return np.array(["Lava" in passage for passage in passages], dtype=np.float32)


def test_a_reranker_decides_between_candidates(index: Path) -> None:
    generation = open_generation(index)
    query = Query("Where does copper go in winter?")
    reranker = PrefersLava()
    without = Retriever(FakeEmbedder()).search(query, generation)
    reranked = Retriever(FakeEmbedder(), reranker=reranker).search(query, generation)
    assert "copper" in without[0].passage.text
    assert "Lava" in reranked[0].passage.text
    assert any(text.startswith("The harbour of Thessaly.") for text in reranker.read)


def test_nobody_waits_while_a_reranker_reads_for_others_too() -> None:
    assert Retriever(FakeEmbedder(), reranker=PrefersLava()).at_once == 1
    assert Retriever(FakeEmbedder()).at_once > 1


def test_the_score_is_the_mean_with_the_rerankers(index: Path) -> None:
    generation = open_generation(index)
    query = Query("lava")
    [before, *_] = Retriever(FakeEmbedder()).search(query, generation)
    [after, *_] = Retriever(FakeEmbedder(), reranker=PrefersLava()).search(query, generation)
    assert before.scores.reranked is None
    assert after.scores.reranked == 1
    assert after.scores.fused == pytest.approx((before.scores.fused + 1) / 2)


def test_what_a_date_subtracts_is_halved_with_the_score(tmp_path: Path) -> None:
    files = {
        "old.md": "---\ndate: 1999-01-01\n---\n\nLava is hot.\n",
        "new.md": "---\ndate: 2026-01-01\n---\n\nSlow rivers of lava reach the sea.\n",
    }
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    generation = open_generation(tmp_path / "i")
    query = Query("What is lava now?", asked_on=dt.date(2026, 1, 1))
    before, after = (
        {hit.source.path: hit.scores for hit in retriever.search(query, generation)}
        for retriever in (
            Retriever(FakeEmbedder()),
            Retriever(FakeEmbedder(), reranker=PrefersLava()),
        )
    )
    assert before["old.md"].time < 0
    assert after["old.md"].time == pytest.approx(before["old.md"].time / 2)


@pytest.mark.system
def test_scores_lie_between_0_and_1(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(str(save_tiny_reranker(tmp_path / "reranker", scores=1)))
    scores = reranker.score("what is lava", ["copper", "lava", "bees"])
    assert scores.shape == (3,)
    assert scores.dtype == np.float32
    assert ((scores > 0) & (scores < 1)).all()
    assert len(set(scores.tolist())) == 3


@pytest.mark.system
def test_a_reranker_that_gives_several_scores_is_refused(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(str(save_tiny_reranker(tmp_path / "reranker", scores=3)))
    with pytest.raises(ModelError, match="3 scores for two texts, expected 1"):
        reranker.score("what", ["lava"])


@pytest.mark.system
def test_a_folder_that_holds_no_reranker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load the reranker"):
        CrossEncoderReranker(str(tmp_path)).score("what", ["lava"])
