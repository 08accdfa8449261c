from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from index import Query, Retriever
from index.generation.folder import open_generation
from tests.fakes import FakeEmbedder, build, write_files
from tests.index.ranking.towns import FakeAnswerModel

LAVA = {
    "lava.md": "---\ntitle: The hill\nlanguage: en\n---\n\n"
    "The lava of the hill flowed for a long time. It was seven weeks in all. Bees came back.\n"
}


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.9, ["It was seven weeks in all.", "The lava of the hill flowed for a long time."]),
        (0.2, ["The lava of the hill flowed for a long time."]),
    ],
)
def test_a_likely_answer_in_another_sentence_leads_the_evidence(
    tmp_path: Path, probability: float, expected: list[str]
) -> None:
    build(write_files(tmp_path / "documents", LAVA), tmp_path / "index")
    model = FakeAnswerModel({"lava": probability}, "seven weeks")
    retriever = Retriever(FakeEmbedder(), answer_model=model)
    question = Query("How long was the time that the lava of the hill flowed?")
    [hit, *_] = retriever.search(question, open_generation(tmp_path / "index"))
    assert [hit.passage.text[one.start : one.end] for one in hit.evidence] == expected


def evidence_of(
    folder: Path, documents: Mapping[str, str], model: FakeAnswerModel, text: str
) -> list[str]:
    build(write_files(folder / "documents", documents), folder / "index")
    retriever = Retriever(FakeEmbedder(), answer_model=model)
    [hit, *_] = retriever.search(Query(text), open_generation(folder / "index"))
    return [hit.passage.text[one.start : one.end] for one in hit.evidence]


def test_a_likely_answer_in_the_second_sentence_of_the_evidence_puts_that_first(
    tmp_path: Path,
) -> None:
    told = (
        "The lava of the hill flowed north. The lava of the hill flowed inland. Bees came back.\n"
    )
    text = {"lava.md": f"---\ntitle: The hill\nlanguage: en\n---\n\n{told}"}
    question = "Where is it that the lava of the hill flowed?"
    plain = evidence_of(tmp_path / "plain", text, FakeAnswerModel({}), question)
    assert plain == ["The lava of the hill flowed north.", "The lava of the hill flowed inland."]
    model = FakeAnswerModel({"lava": 0.9}, "inland")
    assert evidence_of(tmp_path / "read", text, model, question) == plain[::-1]


def test_a_line_that_says_nothing_new_does_not_lead_the_evidence(tmp_path: Path) -> None:
    text = {"yard.txt": "4.2 Rules of the yard\n\nDogs are kept on a lead by all of you.\n"}
    model = FakeAnswerModel({"Dogs": 0.9}, "Rules")
    found = evidence_of(tmp_path, text, model, "What are the dogs kept on?")
    assert found == ["Dogs are kept on a lead by all of you."]


BOATS = """---
language: en
---

| Boat | Owner | Length | Price |
|---|---|---|---|
| Heron | Ida Holt | 12 m | 400 |
| Gull | Per Lang | 9 m | 250 |
"""


@pytest.mark.parametrize("marked", ["400", "Ida Holt | 12 m | 400", "12 m", "Length"])
def test_the_answer_of_a_row_lies_in_the_column_that_is_asked_for(
    tmp_path: Path, marked: str
) -> None:
    build(write_files(tmp_path / "documents", {"boats.md": BOATS}), tmp_path / "index")
    retriever = Retriever(FakeEmbedder(), answer_model=FakeAnswerModel({"Heron": 0.9}, marked))
    question = Query("What is the length of the Heron?")
    [hit, *_] = retriever.search(question, open_generation(tmp_path / "index"))
    assert hit.answer is not None
    assert hit.answer.text == "12 m"
    assert hit.evidence[0].start <= hit.answer.span.start < hit.evidence[0].end


def test_a_span_in_the_title_leaves_the_evidence(tmp_path: Path) -> None:
    build(write_files(tmp_path / "documents", LAVA), tmp_path / "index")
    model = FakeAnswerModel({"lava": 0.9}, "The hill")
    retriever = Retriever(FakeEmbedder(), answer_model=model)
    question = Query("How long was the time that the lava of the hill flowed?")
    [hit, *_] = retriever.search(question, open_generation(tmp_path / "index"))
    assert len(hit.evidence) == 1
