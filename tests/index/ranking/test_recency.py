from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import NEAR, TIME_WEIGHT, Hit, Query, Retriever
from index.generation.folder import open_generation
from index.ranking.periods import Period, named_period
from index.ranking.recency import newest_first, time_penalty
from tests.fakes import FakeEmbedder, build, write_files

ASKED_ON = dt.date(2024, 3, 14)


def ago(*days: int | None) -> NDArray[np.int32]:
    """Return the ordinals of days before ASKED_ON, 0 for None."""
    today = ASKED_ON.toordinal()
    return np.array([0 if one is None else today - one for one in days], dtype=np.int32)


def lost(
    days: NDArray[np.int32],
    *,
    names_period: dict[int, float] | None = None,
    period: Period | None = None,
    weight: float = 0.1,
) -> list[float]:
    shares = np.zeros(len(days), dtype=np.float32)
    for place, share in (names_period or {}).items():
        shares[place] = share
    found: list[float] = time_penalty(days, shares, period, ASKED_ON, weight).tolist()
    return found


def test_nothing_is_lost_where_nothing_is_dated_or_time_weighs_nothing() -> None:
    assert lost(ago(None, None, None)) == [0, 0, 0]
    assert lost(ago(0, 4000, None), weight=0) == [0, 0, 0]


def test_the_nearest_loses_nothing_and_others_more_the_older_they_are() -> None:
    found = lost(ago(30, 400, 800, 3650))
    assert found[0] == 0
    assert found == sorted(set(found))


def test_sources_years_old_are_still_told_apart() -> None:
    nearest, older, oldest = lost(ago(3000, 4000, 5000))
    assert 0 == nearest < older < oldest
    assert older > 0.005


def test_a_source_of_these_days_or_the_next_is_as_good_as_one_of_today() -> None:
    assert lost(ago(0, 3, 10, -2)) == [0, 0, 0, 0]
    assert min(lost(ago(0, 20, -20))[1:]) > 0, "what is dated later is as far"


def test_undated_sources_lose_what_dated_ones_lose_at_the_median() -> None:
    found = lost(ago(0, None, 400, 900))
    assert found[1] == found[2] > 0


def test_a_passage_that_names_the_period_loses_nothing() -> None:
    period = named_period("in 2020", ASKED_ON)
    year_2020, later = dt.date(2020, 5, 1).toordinal(), dt.date(2023, 5, 1).toordinal()
    days = np.array([year_2020, later, later], dtype=np.int32)
    in_it, away, speaking = lost(days, names_period={2: 1}, period=period)
    assert in_it == speaking == 0 < away


def test_a_source_outside_a_period_that_another_names_loses_however_near_it_is() -> None:
    period = named_period("in 2024", ASKED_ON)
    days = np.array([dt.date(2023, 4, 17).toordinal(), 0], dtype=np.int32)
    outside, naming = lost(days, names_period={1: 1}, period=period)
    assert naming == 0 < outside


def test_an_undated_source_loses_less_the_more_of_the_period_it_names() -> None:
    period = named_period("in April 2018", ASKED_ON)
    days = np.array([dt.date(2018, 4, 21).toordinal(), 1, 0, 0], dtype=np.int32)
    inside, far, half, silent = lost(days, names_period={2: 0.5}, period=period)
    assert 0 == inside < half < silent < far


def test_a_time_that_is_named_counts_for_more() -> None:
    today = Period(ASKED_ON, ASKED_ON, "")
    assert lost(ago(0, 4000), period=today) == pytest.approx(
        [2.5 * one for one in lost(ago(10, 4010))]
    )


dates = st.lists(st.none() | st.integers(-9000, 90000), min_size=1, max_size=10)


@given(dates, st.sampled_from([0.05, 0.08, 1.0]))
def test_a_loss_lies_between_nothing_and_the_weight(days: list[int | None], weight: float) -> None:
    found = lost(ago(*days), weight=weight)
    assert all(0 <= one <= weight + 1e-6 for one in found)
    assert min(found) == 0 or None in days


scored = st.lists(st.tuples(st.floats(0, 1, width=32), st.integers(0, 5)), min_size=1, max_size=12)


@given(scored)
def test_newest_come_first_only_among_scores_that_are_near(rows: list[tuple[float, int]]) -> None:
    scores = np.array([score for score, _ in rows], dtype=np.float32)
    days = np.array([day for _, day in rows], dtype=np.int32)
    before = np.argsort(-scores, kind="stable").tolist()
    after = newest_first(before, scores, days)
    assert sorted(after) == sorted(before)
    for place, one in enumerate(after):
        for passed in after[place + 1 :]:
            if scores[passed] > scores[one]:
                assert scores[passed] - scores[one] <= NEAR + 1e-6
                assert days[one] > days[passed]
    if scores.max() - scores.min() < NEAR:
        assert days[after].tolist() == sorted(days.tolist(), reverse=True)


# the year and who held the office, told alike
HOLDERS = {2018: "Alimov", 2020: "Norov", 2023: "Zhang"}
ASK = "Who heads the office of harbours?"


def ask(
    tmp_path: Path, question: str, *, weight: float = TIME_WEIGHT, asked_on: str = ""
) -> list[Hit]:
    files = {
        f"{name}.md": f"---\ndate: {year}-06-01\n---\n\n{name} heads the office of harbours.\n"
        for year, name in HOLDERS.items()
    }
    if not (tmp_path / "i").exists():
        build(write_files(tmp_path / "d", files), tmp_path / "i")
    day = dt.date.fromisoformat(asked_on) if asked_on else None
    retriever = Retriever(FakeEmbedder(), time_weight=weight)
    return retriever.search(Query(question, asked_on=day), open_generation(tmp_path / "i"))


@pytest.mark.parametrize(
    ("question", "asked_on", "holder"),
    [
        (ASK, "2018-07-01", "Alimov"),
        (ASK, "2020-07-01", "Norov"),
        (ASK, "2023-07-01", "Zhang"),
        (ASK, "2040-01-01", "Zhang"),
        (ASK, "1990-01-01", "Alimov"),
        (ASK, "", "Zhang"),
        ("Who heads the office of harbours in 2020?", "2023-07-01", "Norov"),
        ("Who heads the office of harbours in June 2018?", "2023-07-01", "Alimov"),
        ("Who headed the office of harbours two years ago?", "2020-07-01", "Alimov"),
    ],
)
def test_the_source_nearest_the_time_in_question_comes_first(
    tmp_path: Path, question: str, asked_on: str, holder: str
) -> None:
    first, *others = ask(tmp_path, question, asked_on=asked_on)
    assert first.source.path == f"{holder}.md"
    assert first.scores.time == 0
    assert all(hit.scores.time < 0 for hit in others)


def test_time_counts_for_more_where_a_question_says_now(tmp_path: Path) -> None:
    of_any_time, of_now = (
        ask(tmp_path, question, asked_on="2023-07-01")[-1].scores.time
        for question in ("the office of harbours", "the office of harbours now")
    )
    assert of_now < 2 * of_any_time < 0


def test_without_weight_time_says_nothing(tmp_path: Path) -> None:
    early, late = (
        ask(tmp_path, ASK, weight=0, asked_on=day) for day in ("2018-07-01", "2023-07-01")
    )
    assert early == late
    assert {hit.scores.time for hit in early} == {0}


def test_those_who_prefer_what_is_recent_see_the_newest_of_near_ties_first(tmp_path: Path) -> None:
    ask(tmp_path, ASK)
    retriever = Retriever(FakeEmbedder(), time_weight=0)
    query = Query(f"{ASK} Alimov?", prefer_recent=True)
    generation = open_generation(tmp_path / "i")
    named, *others = retriever.search(query, generation)
    assert named.source.path == "Alimov.md", "what answers better by more than a little stays first"
    assert [hit.source.path for hit in others] == ["Zhang.md", "Norov.md"]
    hits = retriever.search(Query(ASK, prefer_recent=True), generation)
    assert [hit.source.path for hit in hits] == ["Zhang.md", "Norov.md", "Alimov.md"]
