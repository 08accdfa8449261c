from __future__ import annotations

from pathlib import Path

import pytest

from index import Question, read_questions
from service.feedback.export import grade
from service.feedback.store import FeedbackStore, Judgement
from tests.fakes import THREE, write_files
from tests.service.conftest import Run


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    write_files(tmp_path / "documents", THREE)
    return FeedbackStore(tmp_path / ".pincite-feedback.sqlite")


def test_a_document_is_relevant_that_helped_more_often_than_not() -> None:
    questions = grade(
        [
            Judgement("a", "one.md", 0, 5, helpful=2, unhelpful=1),
            Judgement("a", "one.md", 5, 9, helpful=0, unhelpful=0),
            Judgement("a", "two.md", 0, 5, helpful=1, unhelpful=0),
            Judgement("a", "two.md", 5, 9, helpful=0, unhelpful=1),
            Judgement("b", "two.md", 0, 5, helpful=0, unhelpful=3),
        ]
    )
    assert [(one.text, one.relevant) for one in questions] == [
        ("a", {"one.md": 1, "two.md": 0}),
        ("b", {"two.md": 0}),
    ]


def test_what_is_exported_is_what_evaluate_reads_and_measures(
    store: FeedbackStore, tmp_path: Path, run: Run
) -> None:
    store.add('Who unloads "copper"?', "harbour.md", 0, 5, helpful=True)
    store.add('Who unloads "copper"?', "volcano.md", 0, 5, helpful=False)
    store.add("Where is the moon?", "volcano.md", 0, 5, helpful=False)
    store.add("What flowed?", "gone.md", 0, 5, helpful=True)
    done = run("feedback", "out")
    assert done.status == 0
    assert "left out: gone.md is no longer in documents" in done.err
    assert "left out: 1 questions without a helpful passage" in done.err
    command = "pincite evaluate out --documents documents"
    assert f"1 questions with 2 judged documents; measure with: {command}" in done.out
    (question,) = read_questions(tmp_path / "out", frozenset(THREE))
    assert isinstance(question, Question)
    assert (question.text, question.relevant) == (
        'Who unloads "copper"?',
        {"harbour.md": 1, "volcano.md": 0},
    )
    assert "ndcg@10" in run(*command.split()[1:]).out


def test_a_folder_that_holds_something_is_left_as_it_is(
    store: FeedbackStore, tmp_path: Path, run: Run
) -> None:
    store.add("Who?", "harbour.md", 0, 5, helpful=True)
    mine = write_files(tmp_path / "mine", {"queries.jsonl": "mine"})
    done = run("feedback", mine)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "name a new or empty folder" in done.err
    assert (mine / "queries.jsonl").read_text() == "mine"


@pytest.mark.parametrize("helpful", [None, False])
def test_where_nothing_measures_anything_the_command_says_so(
    store: FeedbackStore, run: Run, tmp_path: Path, helpful: bool | None
) -> None:
    if helpful is not None:
        store.add("Who?", "harbour.md", 0, 5, helpful=helpful)
    done = run("feedback", "out")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert ".pincite-feedback.sqlite" in done.err
    assert not (tmp_path / "out").exists()
