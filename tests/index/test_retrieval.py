"""What a search gives, not how it weighs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Hit, LiveIndex, Query, Retriever
from index.generation import Generation, open_generation
from tests.fakes import MODEL, FakeEmbedder, build, write_files


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    from tests.fakes import THREE

    folder = tmp_path_factory.mktemp("retrieval")
    build(write_files(folder / "documents", THREE), folder / "index")
    return open_generation(folder / "index")


def search(generation: Generation, question: str, top_k: int = 5) -> list[Hit]:
    return Retriever(FakeEmbedder()).search(Query(question, top_k), generation)


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("how long did the lava flow?", "volcano.md"),
        ("who weighs the copper", "harbour.md"),
        ("BEES", "notes/orchard_log.txt"),
        ("the harbour of thessaly", "harbour.md"),
    ],
)
def test_the_passage_that_shares_the_words_of_a_question_comes_first(
    generation: Generation, question: str, path: str
) -> None:
    assert search(generation, question)[0].source.path == path


def test_the_best_sentence_is_the_evidence(generation: Generation) -> None:
    hit = search(generation, "who weighs the copper at dawn, merchants?")[0]
    span = hit.evidence[0]
    assert hit.passage.text[span.start : span.end] == "Merchants weigh it at dawn."


def test_every_hit_carries_its_source_and_stands_where_it_says(generation: Generation) -> None:
    hits = search(generation, "copper", 50)
    assert hits
    for hit in hits:
        document = generation.catalog.document(hit.passage.document_id)
        assert document is not None
        assert (hit.source.id, hit.source.metadata) == (document.id, document.metadata)
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_scores_do_not_rise_and_no_passage_comes_twice(generation: Generation) -> None:
    hits = search(generation, "roof of the harbour", 50)
    scores = [hit.scores.fused for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({(hit.source.id, hit.passage.start) for hit in hits}) == len(hits)


@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_no_more_hits_come_than_were_asked_for(generation: Generation, top_k: int) -> None:
    hits = search(generation, "copper", top_k)
    assert 1 <= len(hits) <= min(top_k, generation.manifest.passages)
    assert hits == search(generation, "copper", 50)[:top_k]


questions = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60) | st.sampled_from(
    ["???", "the of and", "AND OR NOT", 'title:"x" +a -b ~2 ^3', "a" * 2000, "\0", "'", "日本", "☃"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions)
def test_any_question_is_answered_with_evidence_inside_its_passages(
    generation: Generation, question: str
) -> None:
    for hit in search(generation, question):
        assert hit.evidence
        for span in hit.evidence:
            assert 0 <= span.start < span.end <= len(hit.passage.text)
        assert hit.scores.fused == hit.scores.fused, "a score is a number"


def test_an_index_of_one_passage_can_be_searched(tmp_path: Path) -> None:
    build(write_files(tmp_path / "d", {"a.txt": "Only this."}), tmp_path / "i")
    (hit,) = search(LiveIndex(tmp_path / "i", MODEL).generation, "unrelated question", 50)
    assert hit.passage.text == "Only this."
