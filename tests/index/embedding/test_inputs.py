from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from index import Metadata, Passage, Query, Retriever, Span
from index.embedding.inputs import passage_input, segment_texts, sentence_spans, title_of
from index.generation.folder import open_generation
from tests.fakes import FakeEmbedder, build, recipe, write_files

TEXT = "## Toll\n\nShips pay. Merchants weigh.\n\n## Gate\n\nIt shuts."


def passage(*headings: str, text: str = TEXT) -> Passage:
    sentences = [one for one in ("Ships pay.", "Merchants weigh.", "It shuts.") if one in text]
    spans = tuple(Span(text.index(one), text.index(one) + len(one)) for one in sentences)
    return Passage("d", 0, len(text), text, (1, 9), headings, sentences=spans)


@pytest.mark.parametrize(
    ("title", "headings", "found"),
    [
        ("Harbour", (), "Harbour"),
        ("Harbour", ("Trade", "Copper"), "Harbour. Trade. Copper"),
        ("Harbour", ("Harbour", "Trade", "Trade"), "Harbour. Trade"),
        ("Harbour", ("Trade", "Toll"), "Harbour. Trade"),
        ("", ("Trade",), "Trade"),
        ("", (), ""),
        ("x" * 500, ("Trade",), "x" * 200),
    ],
)
def test_a_passage_goes_by_its_title_and_the_headings_that_it_does_not_hold(
    title: str, headings: tuple[str, ...], found: str
) -> None:
    assert title_of(passage(*headings), Metadata(title)) == found


def test_a_heading_inside_another_word_is_not_held() -> None:
    warsaw = passage("War", text="Ships pay. Warsaw paid too.")
    assert title_of(warsaw, Metadata("Treaties")) == "Treaties. War"


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("Harbour", "Harbour. Ships"),
        ("Why pay?", "Why pay? Ships"),
        ("港口。", "港口。 Ships"),
        ("", "Ships"),
    ],
)
def test_what_is_embedded_begins_with_the_title(title: str, start: str) -> None:
    plain = passage(text="Ships pay. Merchants weigh.")
    text = passage_input(plain, Metadata(title))
    assert text == f"{start} pay. Merchants weigh."
    sentences = [text[span.start : span.end] for span in sentence_spans(plain, text)]
    assert sentences == ["Ships pay.", "Merchants weigh."]


def test_words_are_counted_of_title_then_headings_then_sentences() -> None:
    sections = ((1, ("Trade", "Toll")),)
    told = replace(passage("Trade"), sections=sections)
    title, *rest = segment_texts(told, Metadata("Harbour"))
    assert title == "Harbour"
    assert rest[:3] == ["Trade", "Trade / Toll", ""]
    assert rest[3:] == ["Ships pay.", "Merchants weigh.", "It shuts."]


def test_titles_and_headings_help_to_find_and_stay_out_of_the_text(tmp_path: Path) -> None:
    body = "Ships unload here.\n\n" * 150
    files = {
        "a.md": f"---\ntitle: Quarterly zinc report\n---\n\n# Thessaly\n\n## Docks\n\n{body}",
        "b.md": f"---\ntitle: Quarterly lead report\n---\n\n# Epirus\n\n## Docks\n\n{body}",
    }
    embedder = FakeEmbedder()
    build(write_files(tmp_path / "d", files), tmp_path / "i", recipe(embedder))
    retriever, generation = Retriever(embedder), open_generation(tmp_path / "i")
    for question, path in [("zinc", "a.md"), ("lead", "b.md"), ("docks of Epirus", "b.md")]:
        query = Query(question, asked_on=dt.date(2024, 3, 14))
        hit = retriever.search(query, generation)[0]
        assert hit.source.path == path
        assert hit.passage.text in files[path]
        assert question not in hit.passage.text
    assert any(
        text.startswith("Quarterly zinc report. Thessaly. Docks. ") for text in embedder.texts
    )
