"""Which passages of other documents are compared with the best one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index import Hit, Query, Retriever
from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import HOLDERS, OFFICES, WHO_HOLDS, FakeEmbedder, KnowsAnswers, build, write_files

ASKED_ON = dt.date(2024, 3, 1)
APART = {
    "other.md": "---\ntitle: Bees\nlanguage: en\n---\n\nThe bees of the wall are of Jon Arden.\n"
}


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("offices")
    build(write_files(folder / "documents", OFFICES | APART), folder / "index")
    return open_generation(folder / "index")


def search(generation: StoredGeneration, question: str, top_k: int = 5) -> list[Hit]:
    retriever = Retriever(FakeEmbedder(), answer_model=KnowsAnswers(HOLDERS))
    return retriever.search(Query(question, top_k, asked_on=ASKED_ON), generation)


def answers(hits: list[Hit]) -> dict[str, str]:
    return {hit.source.path: hit.answer.text for hit in hits if hit.answer}


def test_other_documents_on_the_same_subject_are_read_too(offices: StoredGeneration) -> None:
    assert answers(search(offices, WHO_HOLDS)) == {
        "new.md": "Mira Holt", "middle.md": "Mira Holt", "old.md": "Jon Arden",
    }  # fmt: skip


def test_a_passage_that_is_not_shown_is_not_read(offices: StoredGeneration) -> None:
    assert answers(search(offices, WHO_HOLDS, top_k=1)) == {"new.md": "Mira Holt"}


def test_of_a_period_only_its_sources_are_read(offices: StoredGeneration) -> None:
    found = answers(search(offices, "Who was the harbour master of Thessaly in 2020?"))
    assert found == {"old.md": "Jon Arden"}


def test_an_answer_stands_in_its_passage_without_a_full_stop(offices: StoredGeneration) -> None:
    model = KnowsAnswers({"Mira Holt.": 0.9, "Mira Holt": 0.9})
    for hit in Retriever(FakeEmbedder(), answer_model=model).search(Query(WHO_HOLDS), offices):
        if hit.answer:
            span = hit.answer.span
            assert hit.passage.text[span.start : span.end] == hit.answer.text == "Mira Holt"


def test_the_answer_of_a_title_is_marked_in_the_text(tmp_path: Path) -> None:
    text = OFFICES["new.md"].replace("The harbour in spring", "Mira Holt of Thessaly")
    build(write_files(tmp_path / "documents", {"a.md": text}), tmp_path / "index")

    class ReadsTitle(KnowsAnswers):
        """Finds the answer where it first stands, which is the title."""

        def find(self, answer: str, window: str) -> int:
            return window.index(answer)

    retriever = Retriever(FakeEmbedder(), answer_model=ReadsTitle(HOLDERS))
    [hit] = retriever.search(Query(WHO_HOLDS), open_generation(tmp_path / "index"))
    assert hit.answer is not None
    assert hit.passage.text.index("Mira Holt") == hit.answer.span.start


def test_a_passage_that_answers_takes_the_place_of_one_of_its_document(tmp_path: Path) -> None:
    head, _, said = OFFICES["old.md"].rpartition("\n\n")
    speech, bees = "The harbour master of Thessaly spoke. " * 3, "Bees hum in the wall. " * 60
    old = "\n\n".join((head, speech, "## Bees", bees, "## The storm", said))
    build(write_files(tmp_path / "documents", OFFICES | {"old.md": old}), tmp_path / "index")
    hits = search(open_generation(tmp_path / "index"), WHO_HOLDS)
    of_old = [hit for hit in hits if hit.source.path == "old.md"]
    assert [hit.answer.text if hit.answer else None for hit in of_old] == ["Jon Arden", None, None]
    assert of_old[1].passage.text.startswith("The harbour master of Thessaly spoke.")
