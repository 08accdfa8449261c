from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index import Choice, Facets, read_facets
from index.generation.folder import open_generation
from tests.fakes import build, write_files


def facets(folder: Path, *fronts: str, most: int = 10) -> Facets:
    files = {f"{n}.md": f"---\n{front}\n---\nText {n}.\n" for n, front in enumerate(fronts)}
    build(write_files(folder / "documents", files), folder / "index")
    return read_facets(open_generation(folder / "index").catalog, most)


def test_the_commonest_values_come_first_as_the_first_document_writes_them(tmp_path: Path) -> None:
    found = facets(
        tmp_path,
        "publisher: Harbour  News\ntags: [Ships, trade]",
        "publisher: Coast Gazette\ntags: [SHIPS]",
        "publisher: COAST gazette\ntags: [ships, Ships]",
        "title: none of these",
    )
    assert found.publishers == (Choice("Coast Gazette", 2), Choice("Harbour  News", 1))
    assert found.tags == (Choice("Ships", 3), Choice("trade", 1))


def test_no_more_choices_are_given_than_asked_for(tmp_path: Path) -> None:
    assert facets(tmp_path, "tags: [a, b, c]", "tags: [c]", most=2).tags == (
        Choice("c", 2),
        Choice("a", 1),
    )


@pytest.mark.parametrize(
    ("fronts", "days"),
    [
        (["title: a"], None),
        (["date: 2020-02-03", "title: a"], (dt.date(2020, 2, 3), dt.date(2020, 2, 3))),
        (
            ["date: 2020-02-03", "date: 1999-12-31", "date: 2021"],
            (dt.date(1999, 12, 31), dt.date(2021, 1, 1)),
        ),
    ],
)
def test_days_reach_from_the_oldest_document_to_the_newest(
    tmp_path: Path, fronts: list[str], days: tuple[dt.date, dt.date] | None
) -> None:
    assert facets(tmp_path, *fronts).days == days


def test_where_nothing_is_known_there_is_nothing_to_choose(tmp_path: Path) -> None:
    assert facets(tmp_path, "title: a") == Facets((), (), None)
