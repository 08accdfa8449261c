from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.feedback.store import FeedbackError, FeedbackStore, Judgement

PLACE = ("Where?", "a.md", 3, 9)


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "feedback.sqlite")


def test_what_is_said_of_a_passage_is_counted(store: FeedbackStore) -> None:
    store.add(*PLACE, helpful=True)
    store.add(*PLACE, helpful=False)
    store.add(*PLACE, helpful=True)
    store.add("When?", "a.md", 3, 9, helpful=False)
    assert store.judgements() == [
        Judgement("When?", "a.md", 3, 9, helpful=0, unhelpful=1),
        Judgement(*PLACE, helpful=2, unhelpful=1),
    ]


def test_no_vote_is_lost_where_many_are_given_at_once(store: FeedbackStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(store.add, *PLACE, helpful=True) for _ in range(40)]:
            done.result()
    assert store.judgements() == [Judgement(*PLACE, helpful=40, unhelpful=0)]


def test_nothing_is_kept_but_question_place_and_counts(
    store: FeedbackStore, tmp_path: Path
) -> None:
    store.add(*PLACE, helpful=True)
    path = tmp_path / "feedback.sqlite"
    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(judgements)")]
    connection.close()
    assert columns == ["question", "path", "start", "end", "helpful", "unhelpful"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_without_a_file_there_is_no_feedback(store: FeedbackStore, tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match="there is no feedback in"):
        store.judgements()
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_something_else_is_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes, " * 100)
    with pytest.raises(FeedbackError, match="not a database"):
        FeedbackStore(path).add(*PLACE, helpful=True)
    assert path.read_text() == "my notes, " * 100


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match="nowhere"):
        FeedbackStore(tmp_path / "nowhere" / "f.sqlite").add(*PLACE, helpful=True)


def test_the_file_cannot_fill_the_disk(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "feedback.sqlite", most_pages=8)
    store.add(*PLACE, helpful=True)
    with pytest.raises(FeedbackError, match="full"):
        store.add("x" * 40_000, "a.md", 0, 1, helpful=True)
    assert Judgement(*PLACE, helpful=1, unhelpful=0) in store.judgements()
