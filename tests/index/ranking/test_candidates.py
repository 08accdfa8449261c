"""Which passages are compared at all: filters by date, against a plain reading of every date."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Query, Retriever, dated
from index.generation.folder import StoredGeneration, open_generation
from index.ranking.candidates import gather_candidates
from tests.fakes import FakeEmbedder, build, write_files

START = dt.date(2019, 12, 1)
DATES: dict[str, dt.date | None] = {
    f"f{number}.md": None
    if number % 8 == 0
    else START + dt.timedelta(days=random.Random(number).randrange(60))
    for number in range(40)
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("candidates")
    files = {
        name: (f"---\ndate: {day}\n---\n\n" if day else "")
        + f"Copper of {name.split('.')[0]} lies in chest{place} under vault{place * 7}.\n"
        for place, (name, day) in enumerate(DATES.items())
    }
    build(write_files(folder / "d", files), folder / "i")
    return open_generation(folder / "i")


def found(
    generation: StoredGeneration,
    since: dt.date | None,
    until: dt.date | None,
    question: str = "copper",
    languages: tuple[str, ...] = (),
) -> set[str]:
    query = Query(question, 50, filter=dated(since, until) if since or until else None)
    hits = Retriever(FakeEmbedder(), languages=languages).search(query, generation)
    return {hit.source.path for hit in hits}


def expected(since: dt.date | None, until: dt.date | None) -> set[str]:
    if since is None and until is None:
        return set(DATES)
    return {
        name
        for name, day in DATES.items()
        if day and (since is None or day >= since) and (until is None or day <= until)
    }


around = st.none() | st.dates(START - dt.timedelta(days=5), START + dt.timedelta(days=65))


@given(around, around, st.sampled_from(["copper", "zebra", "?", "chest3"]))
def test_exactly_the_sources_dated_within_a_filter_are_searched(
    generation: StoredGeneration, since: dt.date | None, until: dt.date | None, question: str
) -> None:
    assert found(generation, since, until, question) == expected(since, until)


def test_both_ends_of_a_filter_are_included(generation: StoredGeneration) -> None:
    for name, day in DATES.items():
        if day:
            assert name in found(generation, day, day)
            assert name not in found(generation, day + dt.timedelta(days=1), None)
            assert name not in found(generation, None, day - dt.timedelta(days=1))


def test_filters_hold_where_words_alone_are_searched(generation: StoredGeneration) -> None:
    since = START + dt.timedelta(days=30)
    languages = ("english",)
    for question in ("медь copper медная гавань", "медь"):
        assert found(generation, since, None, question, languages) == expected(since, None)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (dt.date(2030, 1, 1), None),
        (None, dt.date(2010, 1, 1)),
        (dt.date(2020, 1, 2), dt.date(2020, 1, 1)),
        (dt.date.max, None),
        (None, dt.date.min),
    ],
)
def test_a_filter_that_passes_nothing_finds_nothing(
    generation: StoredGeneration, since: dt.date | None, until: dt.date | None
) -> None:
    query = Query("copper", filter=dated(since, until))
    retriever = Retriever(FakeEmbedder())
    vectors = retriever.embed([query], generation)
    assert retriever.rank([query], vectors, generation) == [None]
    assert retriever.search(query, generation) == []


def test_a_filter_that_is_as_wide_as_time_leaves_out_only_what_is_undated(
    generation: StoredGeneration,
) -> None:
    known = {name for name, day in DATES.items() if day}
    assert found(generation, dt.date.min, dt.date.max) == known


def test_a_filter_finds_what_many_better_passages_would_hide(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("deep")
    files = {f"n{number}.md": f"Copper copper bowl{number}.\n" for number in range(220)}
    files["old.md"] = "---\ndate: 1950-01-01\n---\n\nA word on copper, and on many other things.\n"
    build(write_files(folder / "d", files), folder / "i")
    generation = open_generation(folder / "i")
    query = Query("copper copper", 50)
    hits = Retriever(FakeEmbedder()).search(query, generation)
    assert "old.md" not in {hit.source.path for hit in hits}
    assert found(generation, None, dt.date(1950, 1, 1)) == {"old.md"}


@pytest.mark.parametrize(("top_k", "compared"), [(1, 64), (32, 64), (40, 80), (50, 100)])
def test_twice_as_many_are_compared_as_are_asked_for_within_limits(
    tmp_path_factory: pytest.TempPathFactory, top_k: int, compared: int
) -> None:
    folder = tmp_path_factory.mktemp("depth")
    files = {f"n{number}.md": f"Copper bowl{number}.\n" for number in range(220)}
    build(write_files(folder / "d", files), folder / "i")
    # no word of it is found, so that the vectors alone give candidates
    retriever, generation = (
        Retriever(FakeEmbedder(), languages=("english",)),
        open_generation(folder / "i"),
    )
    query = Query("медь", top_k)
    [ranking] = retriever.rank([query], retriever.embed([query], generation), generation)
    assert ranking is not None
    assert len(ranking.order) == compared


def test_passages_in_another_language_than_the_question_do_not_agree_with_it(
    tmp_path: Path,
) -> None:
    files = {
        "en.md": "The bees live in the old copper mine and nobody has seen them.\n",
        "de.md": "Die Bienen leben in der alten Kupfermine, und niemand hat sie gesehen.\n",
        "row.md": "4412\n",
    }
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    generation = open_generation(tmp_path / "i")
    assert generation.manifest.languages == ("de", "en")
    [vector] = FakeEmbedder().embed_questions(["Wo leben die Bienen?"])
    for language, expected in (("de", {"de.md", "row.md"}), ("", {"de.md", "en.md", "row.md"})):
        found = gather_candidates(
            Query("Wo leben die Bienen?"), None, vector, 1.0, generation, language=language
        )
        assert found is not None
        paths = generation.catalog.paths()
        agreeing = found.features.documents[found.features.same_language == 1]
        assert {paths[place] for place in agreeing} == expected


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What was sold on 15 March?", 1),
        ("What was sold on 14 March?", 0),
        ("What was sold on 16 March?", 0),
        ("What was sold on 15 May?", 0),
    ],
)
def test_a_day_is_missing_where_other_days_of_its_month_are_named(
    tmp_path: Path, question: str, absent: int
) -> None:
    files = {
        "a.txt": "14 March: a cow was sold.\n",
        "b.md": "---\ndate: 2019-03-16\n---\n\nSold.\n",
    }
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    [vector] = FakeEmbedder().embed_questions([question])
    generation = open_generation(tmp_path / "i")
    found = gather_candidates(Query(question), None, vector, 1.0, generation)
    assert found is not None
    assert found.absent_codes == absent
