"""Example questions are the corpus's own, and it answers them with confidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Calibration, Example, Retriever
from index.answering.confidence import Regression
from index.generation.folder import StoredGeneration, open_generation
from index.ranking.example_questions import find_examples
from tests.fakes import MODEL, FakeEmbedder, build, write_files

FILES = {
    "bridge.md": "The bridge over the Tavy was built in 1891. The mayor of Ashford is Ellen Frey.",
    "faq.md": "## Who pays for the repair?\n\nThe owner of the Tavy pump pays for the repair.\n",
    "harbour.md": "The Treaty of Thessaly was signed in Athens.",
    "rain.md": "It rained. This was noted in Athens.",
}


@pytest.fixture
def generation(tmp_path: Path) -> StoredGeneration:
    build(write_files(tmp_path / "documents", FILES), tmp_path / "index")
    return open_generation(tmp_path / "index")


def retriever(intercept: float | None) -> Retriever:
    """Return one whose confidence is always the same; without an intercept it has none."""
    if intercept is None:
        return Retriever(FakeEmbedder())
    always = Regression(coefficients={}, intercept=intercept)
    calibration = Calibration(
        model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=always,
        lexical=always,
    )  # fmt: skip
    return Retriever(FakeEmbedder(), calibration=calibration)


def test_they_are_of_different_documents_and_begin_differently(
    generation: StoredGeneration,
) -> None:
    found = find_examples(retriever(9), generation)
    assert {one.question for one in found} == {
        "When was the bridge over the Tavy built?",
        "Who pays for the repair?",
        "Where was the Treaty of Thessaly signed?",
    }
    assert {one.path for one in found} == {"bridge.md", "faq.md", "harbour.md"}


@pytest.mark.parametrize("intercept", [0, None], ids=["uncertain", "without a calibration"])
def test_a_question_that_is_not_answered_with_confidence_is_no_example(
    generation: StoredGeneration, intercept: float | None
) -> None:
    assert find_examples(retriever(intercept), generation) == ()


def test_a_corpus_without_such_sentences_has_none(tmp_path: Path) -> None:
    build(write_files(tmp_path / "d", {"a.md": "It rained."}), tmp_path / "i")
    assert find_examples(retriever(9), open_generation(tmp_path / "i")) == ()


def test_they_have_the_language_of_their_document(tmp_path: Path) -> None:
    text = "---\nlanguage: en\n---\nThe bridge over the Tavy was built in 1891.\n"
    build(write_files(tmp_path / "d", {"a.md": text}), tmp_path / "i")
    assert find_examples(retriever(9), open_generation(tmp_path / "i")) == (
        Example("When was the bridge over the Tavy built?", "a.md", "en"),
    )
