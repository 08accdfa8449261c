from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import Query, Retriever
from index.generation.folder import open_generation
from index.ranking.centres import find_centre, with_questions, without_centre
from tests.fakes import FakeEmbedder, build, write_files


def test_vectors_without_their_centre_are_of_length_one_and_spread() -> None:
    cone = np.array([[0.9, 0.1], [0.9, -0.1], [0.8, 0.3]], dtype=np.float32)
    cone /= np.linalg.norm(cone, axis=1, keepdims=True)
    found = without_centre(cone, cone.mean(axis=0))
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)
    assert (cone @ cone.T).min() > 0.8
    assert (found @ found.T).min() < 0


def test_without_a_centre_vectors_are_as_they_were() -> None:
    vectors = np.eye(2, dtype=np.float32)
    assert without_centre(vectors, None) is vectors


def test_a_vector_that_is_the_centre_is_not_divided_by_zero() -> None:
    centre = np.array([0.6, 0.8], dtype=np.float32)
    assert np.isfinite(without_centre(centre, centre)).all()


def test_the_centre_of_questions_lies_between_passages_and_general_questions() -> None:
    passages, asked = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)
    centres = with_questions(passages, [asked, asked])
    assert centres.passages is passages
    assert 0 < centres.questions[1] <= centres.questions[0] < 1
    assert centres.questions.dtype == np.float32


@pytest.mark.parametrize("texts", [1, 3])
def test_a_few_passages_are_not_all_that_the_centre_is_made_of(tmp_path: Path, texts: int) -> None:
    files = {f"{number}.md": "The copper mine is old.\n" for number in range(texts)}
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    generation = open_generation(tmp_path / "i")
    [vector] = FakeEmbedder().embed(["The copper mine is old."])
    moved = without_centre(vector, find_centre(generation, FakeEmbedder()))
    assert moved @ vector > 0.5


def test_a_narrow_model_still_finds_the_passage(tmp_path: Path) -> None:
    files = {"a.md": "The copper mine is old.\n", "b.md": "Bees sleep in winter.\n"}
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    generation = open_generation(tmp_path / "i")
    retriever = Retriever(FakeEmbedder(), narrow=True)
    assert retriever.search(Query("copper mine"), generation)[0].source.path == "a.md"
