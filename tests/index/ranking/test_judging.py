from __future__ import annotations

from pathlib import Path

import pytest

from index.generation.folder import StoredGeneration, open_generation
from index.ranking.window_readings import NOT_READ
from tests.fakes import build, write_files
from tests.index.ranking.towns import QUESTION, TOWNS, FakeAnswerModel, rank


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_a_model_that_is_quite_sure_leaves_some_doubt(
    towns: StoredGeneration, probability: float
) -> None:
    ranking = rank(towns, FakeAnswerModel({"The": probability}), QUESTION)
    assert ranking.confidence == pytest.approx(probability, abs=0.01)
    assert ranking.confidence not in {0.0, 1.0}


def test_a_question_in_another_language_is_not_read(towns: StoredGeneration) -> None:
    model = FakeAnswerModel({"Arle": 0.9})
    ranking = rank(towns, model, "Wer ist der Bürgermeister von Arle?")
    assert (model.batches, ranking.readings, ranking.confidence) == ([], NOT_READ, 0.5)


def test_documents_in_another_language_are_not_read(tmp_path: Path) -> None:
    told = "Der Bürgermeister ist der Freund von allen, die in der alten Stadt mit uns wohnen. "
    build(write_files(tmp_path / "documents", {"a.txt": told * 3}), tmp_path / "index")
    model = FakeAnswerModel({"Stadt": 0.9})
    assert (
        rank(open_generation(tmp_path / "index"), model, "Who is the mayor?").readings == NOT_READ
    )
    assert model.batches == []


def test_a_passage_in_another_language_is_not_read(tmp_path: Path) -> None:
    told = "Die Bienen leben in der alten Kupfermine, und niemand hat sie ausfliegen sehen.\n"
    files = {f"{name}.txt": f"{name} has a mayor and the town is old.\n" for name in TOWNS}
    build(write_files(tmp_path / "documents", files | {"de.txt": told}), tmp_path / "index")
    model = FakeAnswerModel({"Bienen": 0.9})
    generation = open_generation(tmp_path / "index")
    assert generation.manifest.language == "english"
    ranking = rank(generation, model, "Who has seen the Bienen of the Kupfermine?")
    assert (model.batches, ranking.readings) == ([], NOT_READ)


def test_without_a_model_nothing_is_read(towns: StoredGeneration) -> None:
    ranking = rank(towns, None, QUESTION)
    assert (ranking.readings, ranking.confidence) == (NOT_READ, 0.5)


def test_the_model_only_adds_to_the_confidence_in_a_short_text(
    towns: StoredGeneration, short: StoredGeneration
) -> None:
    doubts = FakeAnswerModel({"Arle": 0.1, "Bude": 0.1, "Cork": 0.1, "Dorn": 0.1})
    assert rank(short, doubts, QUESTION).confidence == pytest.approx(0.5), "as without a model"
    assert rank(towns, doubts, QUESTION).confidence == pytest.approx(0.1)
    assert rank(short, FakeAnswerModel({"Arle": 0.9}), QUESTION).confidence == pytest.approx(0.9)


def test_the_model_adds_nothing_where_a_name_of_the_question_is_unknown(
    short: StoredGeneration,
) -> None:
    sure = FakeAnswerModel({"Arle": 0.9})
    asked = rank(short, sure, "Who is the mayor of the old Arle and of Zwolmar?")
    assert asked.confidence == pytest.approx(0.25), "the limit without a model"
