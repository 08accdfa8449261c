from __future__ import annotations

from pathlib import Path

import pytest

from index import BeirCorpus, read_questions
from index.ranking.focus import is_question
from tests.training.calibration_sets import write_calibration_sets
from tests.training.sources import READING

pytestmark = pytest.mark.skipif(not READING.is_dir(), reason=f"{READING} is not on this machine")


def test_the_sets_are_what_a_calibration_reads(tmp_path: Path) -> None:
    write_calibration_sets(tmp_path)
    people, articles = (BeirCorpus(tmp_path / name) for name in ("people", "articles"))
    asked = read_questions(tmp_path / "people", people.ids)
    assert {(one.answerable, one.kind) for one in asked} == {(None, None), (False, "near")}
    searches = read_questions(tmp_path / "searches", articles.ids)
    assert not any(is_question(one.text) for one in searches)
    assert all(one.relevant for one in read_questions(tmp_path / "articles", articles.ids))
    assert len(set(articles.titles.values())) > 1
    assert not people.ids & BeirCorpus(tmp_path / "others").ids


def test_half_of_the_translated_questions_have_lost_their_paragraph(tmp_path: Path) -> None:
    write_calibration_sets(tmp_path)
    small, large = (
        BeirCorpus(tmp_path / name) for name in ("translated", "translated-among-others")
    )
    assert small.ids < large.ids
    asked = read_questions(tmp_path / "translated", small.ids)
    assert {(one.answerable, one.kind) for one in asked} == {(None, None), (False, "elsewhere")}
    absent = sum(one.answerable is False for one in asked) / len(asked)
    assert 0.4 < absent < 0.6
