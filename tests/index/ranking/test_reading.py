from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import Query, Retriever
from index.generation.folder import StoredGeneration, open_generation
from index.ranking.reading import read_together
from tests.fakes import FakeEmbedder, build, write_files
from tests.index.ranking.towns import CALIBRATION, QUESTION, FakeAnswerModel, rank


def test_only_the_best_passage_and_its_rivals_are_read_where_it_answers(
    towns: StoredGeneration,
) -> None:
    model = FakeAnswerModel({"Arle": 0.9, "Bude": 0.95})
    ranking = rank(towns, model, QUESTION)
    [best], *_ = model.batches
    assert best.startswith("Arle\nThe mayor of the old Arle")
    assert ranking.confidence == pytest.approx(0.9), "it rests on the best window alone"
    assert ranking.readings.deciding[0].place == ranking.order[0]


def test_more_are_read_together_where_the_best_hardly_answers(towns: StoredGeneration) -> None:
    model = FakeAnswerModel({"Arle": 0.1, "Bude": 0.2, "Cork": 0.2, "Dorn": 0.2})
    ranking = rank(towns, model, QUESTION)
    places = [one.place for one in ranking.readings.deciding]
    rest = places.count(ranking.order[0]) - 1
    assert [len(batch) for batch in model.batches] == [1, rest + 2]
    assert ranking.confidence == pytest.approx(0.2), "that of the best window"
    assert list(dict.fromkeys(places)) == ranking.order[:3]


def test_the_other_windows_of_a_passage_are_read_where_its_best_one_hardly_answers(
    towns: StoredGeneration,
) -> None:
    model = FakeAnswerModel({"mayor": 0.1, "A3fair": 0.9}, "A3men")
    ranking = rank(towns, model, QUESTION)
    assert "A3fair" not in model.batches[0][0]
    assert ranking.confidence == pytest.approx(0.9)
    [hit, *_] = Retriever(FakeEmbedder(), answer_model=model).search(Query(QUESTION), towns)
    assert hit.answer is not None
    assert hit.answer.text == "A3men"


def test_questions_that_are_ranked_together_are_read_in_two_batches(
    towns: StoredGeneration,
) -> None:
    model = FakeAnswerModel({"Arle": 0.1, "Bude": 0.9})
    retriever = Retriever(FakeEmbedder(), calibration=CALIBRATION, answer_model=model)
    queries = [Query(QUESTION), Query("Who is the mayor of Bude?"), Query("Wer ist in Bude?")]
    vectors = retriever.embed(queries, towns)
    together = retriever.rank(queries, vectors, towns)
    batches = list(model.batches)
    assert len(batches[0]) == 2
    assert len(batches) == 2
    alone = [
        retriever.rank([query], [vector], towns)[0]
        for query, vector in zip(queries, vectors, strict=True)
    ]
    assert [one and one.confidence for one in together] == [one and one.confidence for one in alone]


def test_a_passage_whose_window_answers_takes_the_place_of_one_that_does_not(
    towns: StoredGeneration,
) -> None:
    plain = rank(towns, None, QUESTION)
    ranking = rank(
        towns, FakeAnswerModel({"Arle": 0.1, "Bude": 0.9, "Cork": 0.2, "Dorn": 0.2}), QUESTION
    )
    places = ranking.readings.deciding
    answering = next(one.place for one in places if one.window.text.startswith("Bude"))
    assert (plain.order[0], ranking.order[0]) == (places[0].place, answering)
    assert ranking.fused[answering] == pytest.approx(plain.fused[plain.order[0]])


def test_a_passage_that_lacks_the_code_of_the_question_takes_no_place(tmp_path: Path) -> None:
    told = {
        f"{code}.md": f"---\nlanguage: en\n---\n\nThe pump {code} is the one that is in the shed.\n"
        for code in ("ppr-9087", "ppr-9807")
    }
    build(write_files(tmp_path / "documents", told), tmp_path / "index")
    model = FakeAnswerModel({"9087": 0.1, "9807": 0.9})
    ranking = rank(open_generation(tmp_path / "index"), model, "Where is the pump PPR-9087?")
    assert [len(batch) for batch in model.batches] == [1, 1]
    assert ranking.order[0] == ranking.readings.deciding[0].place


def test_further_passages_in_another_language_are_not_read(towns: StoredGeneration) -> None:
    ranking = rank(towns, None, QUESTION)
    features = ranking.candidates.features
    same_language = np.zeros_like(features.same_language)
    same_language[ranking.order[0]] = 1
    candidates = replace(
        ranking.candidates, features=replace(features, same_language=same_language)
    )
    model = FakeAnswerModel({"Arle": 0.1})
    read_together(model, [replace(ranking, candidates=candidates)], towns)
    assert len(model.batches[0]) == 1
    assert all(window.startswith("Arle") for batch in model.batches for window in batch)


def test_a_window_that_may_answer_takes_no_place(towns: StoredGeneration) -> None:
    ranking = rank(
        towns, FakeAnswerModel({"Arle": 0.1, "Bude": 0.6, "Cork": 0.2, "Dorn": 0.2}), QUESTION
    )
    assert ranking.order[0] == ranking.readings.deciding[0].place
