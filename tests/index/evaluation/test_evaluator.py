"""The measures of an evaluation, over four documents with evident answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import AnswerModel, Calibration, Evaluation, Question, Retriever, evaluate
from index.answering.confidence import Regression
from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import (
    HOLDERS,
    MODEL,
    OFFICES,
    FakeEmbedder,
    KnowsAnswers,
    build,
    write_files,
)
from tests.index.ranking.towns import FakeAnswerModel

TOWNS = {
    f"{town}.md": f"---\ntitle: {town}\nlanguage: en\n---\n\nThe mayor of {town} is {mayor}.\n"
    for town, mayor in (("Arle", "Ann Lee"), ("Bude", "Ben Moss"), ("Cork", "Cy Poe"))
}
ARLE = Question(
    "1", "Who is the mayor of Arle?", {"Arle.md": 1}, ("the Lee",), answerable=True, kind="told"
)
BUDE = Question("2", "Who is the mayor of Bude?", {"Bude.md": 1}, ("Ben Moss",), answerable=True)
NONE = Question("3", "Who is the baker of the town?", {}, ("Zed",), answerable=False, kind="near")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("towns")
    build(write_files(folder / "documents", TOWNS), folder / "index")
    return open_generation(folder / "index")


def evaluate_towns(
    towns: StoredGeneration, confidence: float, model: AnswerModel | None = None
) -> Evaluation:
    """Evaluate the three questions with one confidence for all of them."""
    even = Regression(coefficients={}, intercept=confidence)
    calibration = Calibration(
        model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=even, lexical=even
    )
    retriever = Retriever(FakeEmbedder(), calibration=calibration, answer_model=model)
    return evaluate(
        "towns",
        [ARLE, BUDE, NONE],
        retriever,
        towns,
        threshold=0.5,
        advance=lambda done, of: None,
    )


def test_a_refusal_shows_no_evidence(towns: StoredGeneration) -> None:
    sure, unsure = evaluate_towns(towns, 1.0), evaluate_towns(towns, -1.0)
    assert (sure.measures["evidence@1"], unsure.measures["evidence@1"]) == (0.5, 0)
    assert sure.measures["evidence@gold"] == unsure.measures["evidence@gold"] == 0.5
    assert (sure.measures["answered"], unsure.measures["answered"]) == (1, 0)
    assert (sure.measures["refused"], unsure.measures["refused"]) == (0, 1)


def test_spans_are_those_of_the_first_hit_of_each_answerable_question(
    towns: StoredGeneration,
) -> None:
    found = evaluate_towns(towns, -1.0, FakeAnswerModel({"mayor": 0.9}, "Ann Lee"))
    assert found.measures["span-exact"] == 0
    assert found.measures["span-f1"] == pytest.approx((2 / 3 + 0) / 2)
    assert evaluate_towns(towns, 1.0, FakeAnswerModel({"mayor": 0.9}, "Ben Moss")).measures[
        "span-exact"
    ] == pytest.approx(1 / 2)


def test_without_an_answer_model_there_are_no_spans(towns: StoredGeneration) -> None:
    found = evaluate_towns(towns, 1.0)
    assert (found.measures["span-exact"], found.measures["span-f1"]) == (None, None)
    assert "span-f1" not in found.intervals


def test_it_is_counted_where_sources_are_said_to_differ(tmp_path: Path) -> None:
    build(write_files(tmp_path / "documents", OFFICES), tmp_path / "index")
    question = Question(
        "1", "Who was the harbour master of Thessaly?", {"new.md": 1}, ("Mira Holt",),
        answerable=True,
    )  # fmt: skip
    for known, share in ((HOLDERS, 1), ({"Mira Holt": 0.9}, 0)):
        retriever = Retriever(FakeEmbedder(), answer_model=KnowsAnswers(known))
        generation = open_generation(tmp_path / "index")
        found = evaluate(
            "offices", [question], retriever, generation, threshold=0.5,
            advance=lambda done, of: None,
        )  # fmt: skip
        assert found.measures["differ"] == share


def test_confidence_is_measured_for_each_kind_that_is_named(towns: StoredGeneration) -> None:
    kinds = evaluate_towns(towns, 1.0).kinds
    assert list(kinds) == ["told", "near"]
    assert kinds["near"]["auroc"] == 0.5
    assert (kinds["near"]["answered"], kinds["near"]["refused"]) == (1, 0)
