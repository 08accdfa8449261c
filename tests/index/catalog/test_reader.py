from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from index import Document, IndexDamaged, Metadata, Passage, Source, Span
from index.catalog.reader import Catalog
from index.catalog.writer import CatalogWriter
from index.types import Location, document_id
from tests.fakes import held

FULL = Metadata(
    title="Tïtle ‘quoted’",
    publisher="P",
    authors=("Ada", "Ben"),
    date=dt.date(2020, 2, 14),
    url="https://example.org",
    language="en",
    tags=("x", "y"),
    source="S",
    precision="month",
    file_date=dt.date(2021, 1, 1),
    extra=(("reviewed by", ('Ada "A"', "Ben")), ("ü", ("\u2028",))),
    origins=(("title", "stated"), ("file_date", "file time")),
)
TEXT = "---\n---\nOne 👩‍🚀. Two.\nThree."
DOCUMENTS = [
    Document("id-b", "b.md", TEXT, FULL, body=8),
    Document("id-a", "a.txt", "Bare.", Metadata("Bare")),
]
PASSAGES = [
    Passage(
        "id-b",
        8,
        18,
        TEXT[8:18],
        (3, 3),
        ("H", "I"),
        Location(7, 3, "Costs", 12, "2"),
        (Span(0, 4), Span(5, 10)),
    ),
    Passage("id-b", 19, 25, TEXT[19:25], (4, 4), sentences=(Span(0, 6),)),
    Passage("id-a", 0, 5, "Bare.", (1, 1), sentences=(Span(0, 5),)),
]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    writer = CatalogWriter(tmp_path / "catalog.sqlite")
    writer.add(DOCUMENTS[0], "digest b", PASSAGES[:2])
    writer.add(DOCUMENTS[1], "digest a", PASSAGES[2:])
    writer.close()
    return Catalog(tmp_path / "catalog.sqlite")


def source_of(document: Document) -> Source:
    return Source(document.id, document.path, document.metadata)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path)
def test_a_document_is_read_as_it_was_added(catalog: Catalog, document: Document) -> None:
    assert catalog.document(document.id) == document


def test_passages_are_read_as_they_were_added(catalog: Catalog) -> None:
    assert [passage for passage, _ in catalog.all_passages()] == PASSAGES


def test_passages_come_by_ordinal_in_the_order_asked_for_with_their_source(
    catalog: Catalog,
) -> None:
    assert catalog.passages([2, 0]) == [
        (PASSAGES[2], source_of(DOCUMENTS[1])),
        (PASSAGES[0], source_of(DOCUMENTS[0])),
    ]
    assert catalog.passages([]) == []


def test_a_sample_is_spread_over_all_passages(catalog: Catalog) -> None:
    assert [passage for passage, _ in catalog.sample(2)] == PASSAGES[::2]
    assert [passage for passage, _ in catalog.sample(9)] == PASSAGES


def test_counts_and_digests_are_of_all_that_was_added(catalog: Catalog) -> None:
    assert catalog.count() == (2, 3, 4)
    assert {one.document.path: one.digest for one in catalog.entries()} == {
        "b.md": "digest b", "a.txt": "digest a",
    }  # fmt: skip


def test_sources_are_listed_by_path_with_their_numbers_of_passages(catalog: Catalog) -> None:
    a, b = (source_of(DOCUMENTS[1]), 1), (source_of(DOCUMENTS[0]), 2)
    assert catalog.sources() == [a, b]
    assert catalog.sources(limit=1) == [a]
    assert catalog.sources(limit=5, offset=1) == [b]
    assert catalog.sources(limit=5, offset=9) == []


def test_a_document_is_taken_over_as_it_was_under_another_path_too(
    catalog: Catalog, tmp_path: Path
) -> None:
    writer = CatalogWriter(tmp_path / "next.sqlite", tmp_path / "catalog.sqlite")
    moved = replace(DOCUMENTS[0], id="id-c", path="c.md")
    writer.add(Document("id-x", "x.md", "X.", Metadata("X")), "digest x", [])
    writer.take_over("b.md", moved, copies=("d.md",), stale=True)
    writer.take_over("a.txt", DOCUMENTS[1], copies=(), stale=False)
    writer.close()
    found = Catalog(tmp_path / "next.sqlite")
    passages = [replace(one, document_id="id-c") for one in PASSAGES[:2]]
    assert held(found, "c.md") == (moved, passages)
    assert held(found, "a.txt") == held(catalog, "a.txt")
    assert found.source("id-c") == Source("id-c", "c.md", FULL, ("d.md",), stale=True)
    assert found.source(document_id("d.md")) == found.source("id-c")
    assert found.source("id-b") is None
    digests = [(one.digest, one.passages) for one in found.entries()]
    assert digests == [("digest x", 0), ("digest b", 2), ("digest a", 1)]


def test_an_unknown_id_names_nothing(catalog: Catalog) -> None:
    assert catalog.document("nobody") is None


def test_many_threads_may_read_at_once(catalog: Catalog) -> None:
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(catalog.document("id-a"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [DOCUMENTS[1]] * 8


def test_a_path_with_marks_that_mean_something_in_an_address_can_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "50% off? #1 ü"
    folder.mkdir()
    writer = CatalogWriter(folder / "catalog.sqlite")
    writer.add(DOCUMENTS[1], "digest", [])
    writer.close()
    assert Catalog(folder / "catalog.sqlite").document("id-a") == DOCUMENTS[1]


@pytest.mark.parametrize("content", [b"not a database" * 100, b""], ids=["other", "empty"])
def test_what_is_no_catalog_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(IndexDamaged, match="not a readable catalog"):
        Catalog(tmp_path / "c").count()


def test_a_passage_is_found_by_where_it_stands(catalog: Catalog) -> None:
    for passage in PASSAGES:
        assert catalog.passage(passage.document_id, passage.start, passage.end) == passage
    for place in (("id-b", 8, 25), ("id-a", 8, 18), ("nobody", 0, 5)):
        assert catalog.passage(*place) is None


def test_the_passages_of_a_document_are_read_in_order(catalog: Catalog) -> None:
    assert catalog.passages_of("id-b") == PASSAGES[:2]
    assert catalog.passages_of("id-a") == PASSAGES[2:]
    assert catalog.passages_of("nobody") == []
    assert catalog.passages_of("id-b", 1, 1) == PASSAGES[1:2]
    assert catalog.spans_of("id-b") == [Span(one.start, one.end) for one in PASSAGES[:2]]
