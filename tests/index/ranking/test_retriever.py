"""The hits of a search, apart from the weights of features."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import (
    DEFAULT_MODEL,
    Folder,
    Hit,
    ModelEncoders,
    ModelTokens,
    Query,
    Recipe,
    Retriever,
    build_index,
    load_calibration,
    locate_model,
)
from index.embedding.embedder import Vectors
from index.embedding.spans import Spans
from index.generation.folder import StoredGeneration, open_generation
from tests.conftest import ROOT
from tests.fakes import FakeEmbedder, build, write_files


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    from tests.fakes import THREE

    folder = tmp_path_factory.mktemp("retrieval")
    build(write_files(folder / "documents", THREE), folder / "index")
    return open_generation(folder / "index")


def search(generation: StoredGeneration, question: str, top_k: int = 5) -> list[Hit]:
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
    generation: StoredGeneration, question: str, path: str
) -> None:
    assert search(generation, question)[0].source.path == path


class BatchingEmbedder(FakeEmbedder):
    """Remembers the batches of questions that it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        self.batches.append(list(texts))
        return super().embed_questions(texts, spans)


def test_questions_are_embedded_in_one_batch_and_ranked_without_the_embedder(
    generation: StoredGeneration,
) -> None:
    embedder = BatchingEmbedder()
    retriever, queries = Retriever(embedder), [Query("lava"), Query("bees")]
    vectors = retriever.embed(queries, generation)
    assert embedder.batches == [["lava", "bees"]]
    rankings = retriever.rank(queries, vectors, generation)
    for query, ranking in zip(queries, rankings, strict=True):
        assert ranking is not None
        assert retriever.hits(ranking) == retriever.search(query, generation)
    assert len(embedder.batches) == 1


def test_the_best_sentence_is_the_evidence(generation: StoredGeneration) -> None:
    hit = search(generation, "who weighs the copper at dawn, merchants?")[0]
    span = hit.evidence[0]
    assert hit.passage.text[span.start : span.end] == "Merchants weigh it at dawn."


def test_every_hit_carries_its_source_and_stands_where_it_says(
    generation: StoredGeneration,
) -> None:
    hits = search(generation, "copper", 50)
    assert hits
    for hit in hits:
        document = generation.catalog.document(hit.passage.document_id)
        assert document is not None
        assert (hit.source.id, hit.source.metadata) == (document.id, document.metadata)
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_scores_do_not_rise_and_no_passage_comes_twice(generation: StoredGeneration) -> None:
    hits = search(generation, "roof of the harbour", 50)
    scores = [hit.scores.fused for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({(hit.source.id, hit.passage.start) for hit in hits}) == len(hits)


@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_no_more_hits_come_than_were_asked_for(generation: StoredGeneration, top_k: int) -> None:
    hits = search(generation, "copper", top_k)
    assert 1 <= len(hits) <= min(top_k, generation.manifest.passages)
    assert hits == search(generation, "copper", 50)[:top_k]


questions = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60) | st.sampled_from(
    ["???", "the of and", "AND OR NOT", 'title:"x" +a -b ~2 ^3', "a" * 2000, "\0", "'", "日本", "☃"]
)


def test_a_letter_behind_a_word_is_a_name_where_a_passage_has_it_so(tmp_path: Path) -> None:
    files = {
        f"{name}.txt": f"Type {name} batteries lie in drawer {at}.\n"
        for at, name in enumerate(["AA", "B", "A", "AAA", "I"])
    }
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    stored = open_generation(tmp_path / "i")
    for name in ("A", "I"):
        [hit, *_] = Retriever(FakeEmbedder()).search(
            Query(f"the type {name.lower()} batteries"), stored
        )
        assert hit.source.path == f"{name}.txt"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions)
def test_any_question_is_answered_with_evidence_inside_its_passages(
    generation: StoredGeneration, question: str
) -> None:
    for hit in search(generation, question):
        assert hit.evidence
        for span in hit.evidence:
            assert 0 <= span.start < span.end <= len(hit.passage.text)
        assert hit.scores.fused == hit.scores.fused, "a score is a number"


def test_an_index_of_one_passage_can_be_searched(tmp_path: Path) -> None:
    build(write_files(tmp_path / "d", {"a.txt": "Only this."}), tmp_path / "i")
    (hit,) = search(open_generation(tmp_path / "i"), "unrelated question", 50)
    assert hit.passage.text == "Only this."


BAD_INPUT = ROOT.parent / "shared" / "data" / "badinput"


def bad_strings() -> Iterator[str]:
    yield from json.loads((BAD_INPUT / "naughty_strings" / "blns.json").read_bytes())
    for path in sorted(BAD_INPUT.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            yield text[:2000]
            yield from text.splitlines()[:200]


@pytest.mark.skipif(not BAD_INPUT.is_dir(), reason="the hostile strings are not part of a clone")
def test_hostile_strings_are_questions_like_others(generation: StoredGeneration) -> None:
    asked = set(bad_strings())
    assert len(asked) > 500
    for question in asked:
        hits = search(generation, question)
        assert hits == sorted(hits, key=lambda hit: -hit.scores.fused), question


@pytest.mark.parametrize(
    "question",
    [
        "", " ", "a", "?", "\U0001f600", "\U0001f469\u200d\U0001f680" * 90, "\t\r\n\x07\x1b[31m",
        "\u202e\u200b\ufeff", "e" + "\u0301" * 500, "word " * 400, "日" * 2000, "1" * 2000,
        "-" * 2000, '"' * 2000, '"a"' * 600, "a-" * 1000, "U." * 1000, "1," * 1000, "2020 " * 400,
        "99999 years ago",
    ],
    ids=lambda question: ascii(question[:12]),
)  # fmt: skip
@pytest.mark.parametrize("languages", [[], ["english"]], ids=["trusted", "english"])
def test_a_question_of_any_length_and_script_is_answered(
    generation: StoredGeneration, question: str, languages: list[str]
) -> None:
    hits = Retriever(FakeEmbedder(), languages=languages).search(Query(question), generation)
    assert len(hits) == 3, "nothing is left out: these are the nearest passages"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Retriever, StoredGeneration]:
    """The default model over the documents that ship."""
    place, model = tmp_path_factory.mktemp("shipped"), locate_model(DEFAULT_MODEL)
    encoders = ModelEncoders(model, "torch", print)
    recipe = Recipe(model, encoders, ModelTokens(model))
    build_index(Folder(ROOT / "documents"), place, recipe, lambda done, total: None)
    calibration = load_calibration(None, model)
    retriever = Retriever(encoders, languages=model.languages, calibration=calibration)
    return retriever, open_generation(place)


@pytest.mark.parametrize(
    ("question", "asked_on", "holder", "years"),
    [
        ("Who is the Secretary-General?", None, "Zhang Ming", {2023, 2024}),
        ("Who is the Secretary-General?", "2024-03-01", "Zhang Ming", {2023, 2024}),
        ("Who is the Secretary-General?", "2035-01-01", "Zhang Ming", {2023, 2024}),
        ("Who was the Secretary-General in February 2020?", None, "Vladimir Norov", {2020}),
        ("Who was Secretary-General in April 2018?", None, "Rashid Alimov", {2018}),
    ],
)
def test_the_holder_of_an_office_at_the_time_comes_first_and_is_named_in_the_evidence(
    shipped: tuple[Retriever, StoredGeneration],
    question: str,
    asked_on: str | None,
    holder: str,
    years: set[int],
) -> None:
    day = dt.date.fromisoformat(asked_on) if asked_on else None
    hits = shipped[0].search(Query(question, asked_on=day), shipped[1])
    first = hits[0]
    assert first.source.metadata.date is not None
    assert first.source.metadata.date.year in years
    span = first.evidence[0]
    assert holder in first.passage.text[span.start : span.end]


def test_every_holder_of_an_office_is_among_the_hits_with_a_date(
    shipped: tuple[Retriever, StoredGeneration],
) -> None:
    hits = shipped[0].search(Query("Who is the Secretary-General?"), shipped[1])
    told = {
        (name, hit.source.metadata.date.year)
        for hit in hits
        if hit.source.metadata.date
        for name in ("Alimov", "Norov", "Zhang Ming")
        if any(name in hit.passage.text[one.start : one.end] for one in hit.evidence)
    }
    assert told >= {("Alimov", 2018), ("Norov", 2020)}
    assert told & {("Zhang Ming", 2023), ("Zhang Ming", 2024)}


@pytest.mark.parametrize(
    ("question", "is_answered"),
    [
        ("Who is the Secretary-General?", True),
        ("WHO IS THE SECRETARY-GENERAL?", True),
        ("Where is the Secretariat of the SCO located?", True),
        ("Whose bust stands in the SCO Secretariat building?", True),
        ("Which climate conference was Azerbaijan going to host in 2024?", True),
        ("When was the transport conference offered by Azerbaijan supposed to take place?", True),
        ("How long should a soft-boiled egg cook?", False),
        ("Who painted the ceiling of the Sistine Chapel?", False),
        ("What is the boiling point of ethanol?", False),
        ("How do I reset the password of my email account?", False),
        ("Which team won the football World Cup in 1998?", False),
        ("如何煮鸡蛋？", False),
        ("???", False),
        ("x", False),
    ],
)
def test_confidence_tells_questions_on_the_topic_from_those_off_it(
    shipped: tuple[Retriever, StoredGeneration], question: str, is_answered: bool
) -> None:
    retriever, generation = shipped
    vectors = retriever.embed([Query(question)], generation)
    [ranking] = retriever.rank([Query(question)], vectors, generation)
    assert ranking is not None
    assert ranking.confidence is not None
    assert (ranking.confidence > 0.5) == is_answered, ranking.confidence
