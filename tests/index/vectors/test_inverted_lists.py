from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.vectors import faiss_index as vectors_module
from index.vectors.faiss_index import VectorIndex, VectorWriter
from index.vectors.inverted_lists import Lists, write_lists

PASSAGES, DIMENSION, TOPICS = 4000, 32, 60


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(
        np.float32
    )
    return found


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    random = np.random.default_rng(7)
    topics = random.normal(size=(TOPICS, DIMENSION))
    return unit(topics[random.integers(0, TOPICS, PASSAGES)] + random.normal(size=(PASSAGES, 1)))


@pytest.fixture(scope="module")
def questions(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    random = np.random.default_rng(8)
    return unit(rows[::80] + random.normal(scale=0.05, size=(PASSAGES // 80, DIMENSION)))


@pytest.fixture(autouse=True)
def few_are_compared_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "EXACT", 500)
    monkeypatch.setattr("index.vectors.inverted_lists.EXACT", 500)


@pytest.fixture
def stored(tmp_path: Path, rows: NDArray[np.float32]) -> Path:
    writer = VectorWriter(tmp_path / "vectors")
    writer.add(rows)
    writer.close()
    return tmp_path / "vectors"


def listed(stored: Path, questions: NDArray[np.float32], target: float = 0.99) -> Lists:
    found = write_lists(stored, stored.with_name("lists"), lambda: questions, target, None)
    assert found is not None
    return found


def brute_force(
    rows: NDArray[np.float32], question: NDArray[np.float32], among: NDArray[np.bool_], limit: int
) -> list[int]:
    scores = np.where(among, rows.astype(np.float16).astype(np.float32) @ question, -np.inf)
    order = np.argsort(-scores, kind="stable")[: min(limit, int(among.sum()))]
    return [int(ordinal) for ordinal in order]


def test_few_vectors_are_not_listed(
    stored: Path, questions: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors.inverted_lists.EXACT", PASSAGES)
    assert write_lists(stored, stored.with_name("lists"), lambda: questions, 0.99, None) is None
    assert not stored.with_name("lists").exists()


def test_the_recall_that_was_measured_is_what_a_search_reaches(
    stored: Path, rows: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    found = listed(stored, questions)
    assert found.recall >= found.target == 0.99
    vectors = VectorIndex(stored, stored.with_name("lists"), found.probes)
    every = np.ones(PASSAGES, dtype=np.bool_)
    shared = [
        len({*vectors.search(question, 50).tolist()} & {*brute_force(rows, question, every, 50)})
        for question in questions
    ]
    assert np.mean(shared) / 50 >= 0.985


def test_a_higher_target_searches_more_lists(stored: Path, questions: NDArray[np.float32]) -> None:
    low, high = listed(stored, questions, 0.3), listed(stored, questions, 1.0)
    assert low.probes < high.probes
    assert low.recall < high.recall


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_a_filter_is_exact_however_few_pass(
    stored: Path, rows: NDArray[np.float32], questions: NDArray[np.float32], share: float
) -> None:
    found = listed(stored, questions)
    vectors = VectorIndex(stored, stored.with_name("lists"), found.probes)
    among = np.random.default_rng(9).random(PASSAGES) < share
    shared = []
    for question in questions:
        hits = vectors.search(question, 20, among).tolist()
        wanted = brute_force(rows, question, among, 20)
        assert among[hits].all()
        assert len(hits) == len(wanted)
        shared.append(len({*hits} & {*wanted}) / len(wanted))
    assert np.mean(shared) >= (1.0 if among.sum() <= 500 else 0.95)


def test_hits_of_lists_stand_nearest_first(
    stored: Path, rows: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    found = listed(stored, questions)
    vectors = VectorIndex(stored, stored.with_name("lists"), found.probes)
    for question in questions:
        scores = vectors.rows(vectors.search(question, 30)) @ question
        assert (np.diff(scores) <= 1e-6).all()


def test_the_centres_of_earlier_lists_are_taken_over(
    stored: Path, questions: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = listed(stored, questions)
    monkeypatch.setattr("index.vectors.inverted_lists.faiss.index_factory", None)
    again = write_lists(
        stored, stored.with_name("again"), lambda: questions, 0.99, stored.with_name("lists")
    )
    assert again == first


def test_centres_learnt_for_far_fewer_vectors_are_not(
    tmp_path: Path, stored: Path, rows: NDArray[np.float32], questions: NDArray[np.float32]
) -> None:
    writer = VectorWriter(tmp_path / "few")
    writer.add(rows[:600])
    writer.close()
    few = write_lists(tmp_path / "few", tmp_path / "few lists", lambda: questions, 0.99, None)
    assert few is not None
    grown = write_lists(stored, tmp_path / "lists", lambda: questions, 0.99, tmp_path / "few lists")
    assert grown is not None
    assert grown.lists > few.lists * 2
