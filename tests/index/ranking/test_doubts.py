"""Which short texts the answer model may doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import build, write_files
from tests.index.ranking.towns import QUESTION, SHORT, FakeAnswerModel, rank

DOUBTING = FakeAnswerModel(dict.fromkeys((name.split(".")[0] for name in SHORT), 0.02))
DEFAULT = pytest.approx(0.5)  # the confidence without a model


@pytest.mark.parametrize(
    ("question", "is_doubted"),
    [
        (QUESTION, False),
        ("Who is the barber of Arle in Norland?", True),
        ("What is the salary of the sheriff of Arle?", True),
        ("Who is the friend of the miller?", False),
    ],
)
def test_a_short_text_that_lacks_words_of_the_question_is_doubted(
    short: StoredGeneration, question: str, is_doubted: bool
) -> None:
    ranking = rank(short, DOUBTING, question)
    assert ranking.confidence is not None
    assert (ranking.confidence < 0.1) == is_doubted
    assert is_doubted or ranking.confidence == DEFAULT


def test_a_text_without_a_number_does_not_answer_how_many(short: StoredGeneration) -> None:
    doubting = FakeAnswerModel({"Arle": 0.1})
    asked = rank(short, doubting, "How many of the bakers of the old Arle is the mayor?")
    assert asked.confidence == pytest.approx(0.1)
    assert rank(short, doubting, "Is the mayor of the old Arle one of the bakers?").confidence == (
        DEFAULT
    )


def test_a_sentence_with_a_number_is_not_doubted_where_a_price_is_asked_for(tmp_path: Path) -> None:
    files = {"a.txt": "A cake of Arle with a cup of tea and with cream is sold for 6 crowns.\n"}
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    generation = open_generation(tmp_path / "i")
    assert (
        rank(generation, DOUBTING, "What does the finest pie of Arle cost?").confidence == DEFAULT
    )
    asked = rank(generation, DOUBTING, "Who bakes the finest pie of Arle?")
    assert asked.confidence is not None
    assert asked.confidence < 0.1
