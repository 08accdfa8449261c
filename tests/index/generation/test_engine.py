"""Every engine gives the same hits for the same documents and questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from index import (
    AllOf,
    Calibration,
    Contains,
    Filter,
    Generation,
    Hit,
    IndexFolder,
    LiveIndex,
    Not,
    OneOf,
    Prefix,
    Query,
    Range,
    Retriever,
    Scores,
    Span,
    Suffix,
    cite,
    dated,
    read_facets,
)
from index.answering.confidence import Regression
from tests.fakes import MODEL, THREE, FakeEmbedder, build, write_files
from tests.milvus import needs_milvus, open_lite, publish

ALIKE = {
    f"alike/n{number}.md": f"---\ntitle: Report {number}\ndate: 202{number}-01-01\n---\n\n"
    f"Copper was weighed at dawn on quay {number}. The clerk wrote 'vault {number * 7}' down.\n"
    for number in range(8)
}
FILES = THREE | ALIKE | {"copy.md": THREE["volcano.md"], "größe.txt": "Größe zählt 😀 im Hafen.\n"}
QUESTIONS = [
    "how long did the lava flow?",
    "who weighs the copper at dawn?",
    'where is "vault 21" written',
    "report of 2023",
    "BEES",
    "wie groß ist der Hafen",
    "kangaroo xylophone",
    "?",
]
FILTERS: list[Filter | None] = [
    None,
    OneOf("publisher", ("coast gazette",)),
    OneOf("path", ("copy.md",)),
    Prefix("path", "alike/"),
    Suffix("path", ".txt"),
    Contains("title", "port 3"),
    Contains("path", "_"),
    dated(dt.date(2021, 1, 1), dt.date(2023, 1, 1)),
    Not(Range("date", gte="1900")),
    AllOf((OneOf("tags", ("ships",)), Not(Prefix("path", "alike/")))),
    OneOf("authors", ('x"] or document >= 0 or attributes["',)),
    Prefix("authors", "%"),
]
NEVER = Regression(coefficients={}, intercept=-9)


@dataclass(frozen=True, slots=True)
class Place:
    """An index and the engine that it is asked in."""

    documents: Path
    folder: Path
    milvus: bool

    def update(self) -> Generation:
        report = build(self.documents, self.folder / "index")
        if not self.milvus:
            return self.live().generation
        engine = open_lite(self.folder)
        publish(engine, self.folder / "index", report)
        return self.live().generation

    def live(self) -> LiveIndex:
        engine = open_lite(self.folder) if self.milvus else IndexFolder(self.folder / "index")
        return LiveIndex(engine, MODEL)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Return the generation of FILES that the others are compared with."""
    folder = tmp_path_factory.mktemp("reference")
    return Place(write_files(folder / "documents", FILES), folder, False).update()


@pytest.fixture(
    scope="module",
    params=[False, pytest.param(True, marks=[needs_milvus, pytest.mark.system])],
    ids=["folder", "milvus"],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("engine")
    return Place(write_files(folder / "documents", FILES), folder, request.param)


@pytest.fixture(scope="module")
def generation(place: Place) -> Generation:
    return place.update()


def search(generation: Generation, question: str, chosen: Filter | None = None) -> list[Hit]:
    return Retriever(FakeEmbedder()).search(Query(question, 10, filter=chosen), generation)


def rounded(hits: list[Hit]) -> list[Hit]:
    """Return hits whose scores are as near as arithmetic in another order leaves them."""
    return [
        replace(
            hit,
            scores=Scores(
                fused=round(hit.scores.fused, 5),
                dense=round(hit.scores.dense, 5),
                sentence=round(hit.scores.sentence, 5),
                lexical=round(hit.scores.lexical, 5),
                time=round(hit.scores.time, 5),
            ),
        )
        for hit in hits
    ]


@pytest.mark.parametrize("chosen", FILTERS, ids=repr)
def test_hits_scores_evidence_and_citations_are_the_same(
    generation: Generation, reference: Generation, chosen: Filter | None
) -> None:
    for question in QUESTIONS:
        found = search(generation, question, chosen)
        expected = search(reference, question, chosen)
        assert rounded(found) == rounded(expected), question
        cited = [cite(hit.passage, hit.source) for hit in found]
        assert cited == [cite(hit.passage, hit.source) for hit in expected]


def test_the_filters_of_these_tests_pass_something_but_not_all(reference: Generation) -> None:
    everything = len(search(reference, "copper"))
    found = [len(search(reference, "copper", chosen)) for chosen in FILTERS[1:-2]]
    assert all(0 < one <= everything for one in found)
    assert not any(search(reference, "copper", chosen) for chosen in FILTERS[-2:])


def test_a_question_is_held_to_be_answered_with_the_same_confidence(
    generation: Generation, reference: Generation
) -> None:
    calibration = Calibration(
        model=MODEL.name,
        weights_hash=MODEL.weights_hash,
        fitted_on=(),
        trusted=Regression(coefficients={"lexical": 3.0, "fused": 2.0}, intercept=-2),
        lexical=NEVER,
    )
    retriever = Retriever(FakeEmbedder(), calibration=calibration)
    for question in QUESTIONS:
        query = Query(question)
        vectors = retriever.embed([query], reference)
        [found], [expected] = (
            retriever.rank([query], vectors, one) for one in (generation, reference)
        )
        assert found
        assert expected
        assert found.confidence == pytest.approx(expected.confidence, abs=1e-5)


def test_documents_and_passages_are_read_alike(
    generation: Generation, reference: Generation
) -> None:
    ours, theirs = generation.catalog, reference.catalog
    assert ours.sources() == theirs.sources()
    assert ours.sources(3, 2) == theirs.sources(3, 2)
    assert sorted(ours.paths()) == sorted(theirs.paths())
    for source, _ in theirs.sources():
        assert ours.source(source.id) == source
        document = theirs.document(source.id)
        assert document
        assert ours.document(source.id) == document
        passages = theirs.passages_of(source.id)
        assert passages
        assert ours.passages_of(source.id) == passages
        assert ours.passages_of(source.id, 1, 1) == passages[1:2]
        assert ours.spans_of(source.id) == [Span(one.start, one.end) for one in passages]
        for passage in passages:
            where = source.id, passage.start, passage.end
            assert ours.passage(*where) == passage
            assert ours.passage(source.id, passage.start, passage.end + 1) is None
    assert ours.source("'] or x") is None
    assert ours.document("no such") is None
    assert ours.passages_of("no such") == []
    assert ours.spans_of("no such") == []
    assert read_facets(ours, 5) == read_facets(theirs, 5)
    assert generation.size == reference.size > 0


def test_what_is_deleted_is_found_no_more_and_readers_keep_what_they_hold(place: Place) -> None:
    live = place.live()
    before = live.generation
    assert not live.refresh()
    (place.documents / "volcano.md").unlink()
    (place.documents / "copy.md").unlink()
    write_files(place.documents, {"comet.txt": "A comet passed over the roof.\n"})
    place.update()
    assert live.refresh()
    assert {hit.source.path for hit in search(live.generation, "lava")}.isdisjoint({"volcano.md"})
    assert search(live.generation, "comet")[0].source.path == "comet.txt"
    assert search(before, "lava flow")[0].source.path in {"volcano.md", "copy.md"}
    report = live.report()
    assert report
    assert report.deleted == ("copy.md",)  # the other was its duplicate
