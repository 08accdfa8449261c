"""A build finds example questions for its report, and keeps those whose documents do not change."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Example, Folder, Report, build_index
from index.generation.folder import StoredGeneration
from index.report import StoredReport
from tests.fakes import build, recipe, write_files

HARBOUR, VOLCANO = Example("Who?", "harbour.md"), Example("When?", "volcano.md")


class Finder:
    """Finds what it is given, and counts how often it is asked."""

    def __init__(self, *found: Example) -> None:
        self.found = found
        self.asked: list[str] = []

    def __call__(self, generation: StoredGeneration) -> tuple[Example, ...]:
        self.asked.append(generation.id)
        return self.found


@pytest.fixture
def place(three: Path, tmp_path: Path) -> tuple[Path, Path]:
    return three, tmp_path / "examples"


def run(place: tuple[Path, Path], finder: Finder) -> Report:
    documents, index = place
    return build_index(
        Folder(documents), index, recipe(), lambda done, total: None, find_examples=finder
    )


def test_they_are_of_the_generation_that_was_published_and_stand_in_the_report(
    place: tuple[Path, Path],
) -> None:
    finder = Finder(HARBOUR)
    report = run(place, finder)
    assert finder.asked == [report.generation]
    assert report.examples == (HARBOUR,)
    stored = StoredReport(place[1]).read()
    assert stored is not None
    assert stored.examples == (HARBOUR,)


def test_an_unchanged_index_keeps_them_without_a_search(place: tuple[Path, Path]) -> None:
    run(place, Finder())
    finder = Finder(HARBOUR)
    assert run(place, finder).examples == ()
    assert not finder.asked


def test_enough_of_them_are_kept_while_their_documents_do_not_change(
    place: tuple[Path, Path],
) -> None:
    examples = HARBOUR, VOLCANO, Example("Where?", "volcano.md")
    run(place, Finder(*examples))
    write_files(place[0], {"comet.md": "Comet Zorvan passed."})
    finder = Finder()
    assert run(place, finder).examples == examples
    assert not finder.asked


def test_when_the_document_of_one_changes_they_are_found_anew(place: tuple[Path, Path]) -> None:
    run(place, Finder(HARBOUR, VOLCANO, Example("Where?", "volcano.md")))
    write_files(place[0], {"volcano.md": "The volcano sleeps."})
    assert run(place, Finder(HARBOUR)).examples == (HARBOUR,)


def test_a_report_of_a_build_that_did_not_look_for_them_says_so(
    three: Path, place: tuple[Path, Path]
) -> None:
    assert build(three, place[1]).examples is None
    assert run(place, Finder(HARBOUR)).examples == (HARBOUR,)
