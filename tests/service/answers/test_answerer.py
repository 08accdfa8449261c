"""Answers, and whether they are given, by confidence and the threshold in the settings."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import (
    CacheSpace,
    Generation,
    IndexFolder,
    LiveIndex,
    OneOf,
    Query,
    Retriever,
    Vectors,
    dated,
)
from index.answering.confidence import Calibration, Regression
from service.answers.allowance import Allowance
from service.answers.answer import Answer
from service.answers.answerer import Answerer
from tests.fakes import (
    HOLDERS,
    MODEL,
    OFFICES,
    WHO_HOLDS,
    FakeEmbedder,
    KnowsAnswers,
    build,
    write_files,
)

# confidence is one half for every question
EVEN = Regression(coefficients={"fused": 0.0}, intercept=0.0)
UNSURE = Calibration(
    model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=EVEN, lexical=EVEN
)


def answer(
    index: Path, threshold: float, calibration: Calibration | None = UNSURE, *, recent: bool = False
) -> Answer:
    retriever = Retriever(FakeEmbedder(), calibration=calibration)
    answerer = Answerer(retriever, LiveIndex(IndexFolder(index), MODEL), threshold)
    return answerer.answer(Query("Who weighs copper at dawn?", prefer_recent=recent))


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_a_confidence_that_reaches_the_threshold_gives_the_evidence_verbatim(
    index: Path, threshold: float
) -> None:
    found = answer(index, threshold)
    assert (found.answerable, found.confidence, found.notes) == (True, 0.5, ())
    assert found.evidence is not None
    assert found.evidence.text == "Merchants weigh it at dawn."
    assert found.passages[found.evidence.citation - 1].hit.source.path == "harbour.md"


def test_a_confidence_below_the_threshold_gives_the_nearest_passages_and_says_so(
    index: Path,
) -> None:
    found = answer(index, 0.51)
    assert (found.answerable, found.confidence, found.evidence) == (False, 0.5, None)
    assert found.passages
    assert found.notes[0].startswith("No answer was found in the documents")


def test_without_a_calibration_no_confidence_is_made_up(index: Path) -> None:
    found = answer(index, 1.0, None)
    assert found.confidence is None
    assert found.answerable


def test_an_answer_says_that_it_prefers_what_is_recent(index: Path) -> None:
    [note] = answer(index, 0.5, recent=True).notes
    assert "newest first" in note


class CountingRetriever(Retriever):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(FakeEmbedder())
        self.asked: list[Query] = []

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        self.asked += queries
        return super().embed(queries, generation)


def test_the_same_question_is_answered_from_memory_in_its_own_time(index: Path) -> None:
    times = iter([0.0, 0.1, 0.15, 0.2, 0.3, 0.6, 1.0, 1.5, 10.0, 10.25])
    retriever, live = CountingRetriever(), LiveIndex(IndexFolder(index), MODEL)
    answerer = Answerer(retriever, live, 0.5, clock=lambda: next(times))
    first, second = (answerer.answer(Query("Who weighs copper?")) for _ in range(2))
    assert len(retriever.asked) == 1
    assert first.passages is second.passages
    assert replace(first, took_ms=0, parts=None) == replace(second, took_ms=0)
    assert (first.took_ms, second.took_ms) == (1500, 250)
    assert first.parts is not None
    assert first.parts.milliseconds() == {"embed": 50, "rank": 100, "judge": 300, "read": 400}


DAY = dt.date(2020, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        Query("who weighs copper?", asked_on=DAY),
        Query("Who weighs copper?", asked_on=DAY, top_k=4),
        Query("Who weighs copper?", asked_on=DAY, prefer_recent=True),
        Query("Who weighs copper?", asked_on=DAY, filter=dated(DAY, None)),
        Query("Who weighs copper?", asked_on=DAY, filter=dated(None, DAY)),
        Query("Who weighs copper?", asked_on=dt.date(2020, 1, 2)),
        Query("Who weighs copper?"),
    ],
)
def test_a_question_that_differs_in_anything_is_answered_anew(index: Path, other: Query) -> None:
    retriever = CountingRetriever()
    answerer = Answerer(retriever, LiveIndex(IndexFolder(index), MODEL), 0.5)
    answerer.answer(Query("Who weighs copper?", asked_on=DAY))
    answerer.answer(other)
    assert len(retriever.asked) == 2


def test_a_question_without_a_day_is_one_of_today(index: Path) -> None:
    retriever = CountingRetriever()
    answerer = Answerer(retriever, LiveIndex(IndexFolder(index), MODEL), 0.5)
    answerer.answer(Query("Who weighs copper?"))
    assert retriever.asked[0].asked_on is not None


def test_a_new_generation_is_never_answered_from_the_old_one(three: Path, index: Path) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    answerer = Answerer(Retriever(FakeEmbedder()), live, 0.5)
    query = Query("When did the comet pass?")
    before = answerer.answer(query)
    write_files(three, {"comet.txt": "The comet passed in May."})
    build(three, index)
    assert answerer.answer(query).generation == before.generation
    assert live.refresh()
    after = answerer.answer(query)
    assert after.generation == live.generation.id != before.generation
    assert after.passages[0].hit.source.path == "comet.txt"


class ChangingRetriever(CountingRetriever):
    """Ranks one question at a time, and changes the index before it ranks the next."""

    at_once = 1

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self._change = change

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        found = super().embed(queries, generation)
        self._change()
        return found


def test_questions_of_one_reply_are_answered_from_one_generation(three: Path, index: Path) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = live.generation.id

    def change() -> None:
        build(write_files(three, {"comet.txt": "The comet passed in May."}), index)
        live.refresh()

    answers = Answerer(ChangingRetriever(change), live, 0.5).answer_all(
        [Query("lava?"), Query("comet?")]
    )
    assert live.generation.id != before
    assert [one.generation for one in answers] == [before, before]


def test_of_questions_that_come_together_each_is_worked_out_once(index: Path) -> None:
    retriever = CountingRetriever()
    answerer = Answerer(retriever, LiveIndex(IndexFolder(index), MODEL), 0.5)
    lava, bees, copper = (Query(text, asked_on=DAY) for text in ("lava?", "bees?", "copper?"))
    answerer.answer(bees)
    answers = answerer.answer_all([lava, bees, lava, copper])
    assert [one.question for one in answers] == ["lava?", "bees?", "lava?", "copper?"]
    assert retriever.asked == [bees, lava, copper]
    state = answerer.cache()
    assert (state.hits, state.misses) == (2, 3)
    assert answerer.answer_all([]) == []


class SlowRetriever(CountingRetriever):
    """Waits for `go` before it embeds questions."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        found = super().embed(queries, generation)
        assert self.go.wait(30)
        return found


def test_questions_that_come_together_are_each_answered_from_their_generation(
    three: Path, index: Path
) -> None:
    live, retriever = LiveIndex(IndexFolder(index), MODEL), SlowRetriever()
    answerer = Answerer(retriever, live, 0.5)
    asked = ["lava?", "bees?", "nothing?", "comet?"]
    found = []
    with ThreadPoolExecutor(len(asked)) as threads:
        for number, text in enumerate(asked):
            if text == "comet?":
                before = live.generation.id
                build(write_files(three, {"comet.txt": "The comet passed in May."}), index)
                assert live.refresh()
            chosen = dated(DAY, None) if text == "nothing?" else None
            found.append(threads.submit(answerer.answer, Query(text, filter=chosen)))
            while len(retriever.asked) + len(answerer._batches._waiting) <= number:
                time.sleep(0.001)
        retriever.go.set()
    answers = [one.result() for one in found]
    assert [one.question for one in answers] == asked
    assert [one.generation for one in answers] == [before] * 3 + [live.generation.id]
    assert [one.passages[0].hit.source.path for one in answers if one.passages] == [
        "volcano.md",
        "notes/orchard_log.txt",
        "comet.txt",
    ]
    assert "No source passes the filters" in answers[2].notes[0]


def test_answers_without_hits_are_weighed_with_the_values_of_their_filters(index: Path) -> None:
    live, most = LiveIndex(IndexFolder(index), MODEL), 200_000
    answerer = Answerer(CountingRetriever(), live, 0.5, space=CacheSpace(most))
    sizes = []
    for number in range(20):
        nothing = OneOf("publisher", (f"{number}" + "x" * 30_000,))
        assert not answerer.answer(Query("lava", filter=nothing)).passages
        sizes.append(answerer.cache().bytes)
    assert sizes[0] > 30_000
    assert sizes[1] > 60_000
    assert max(sizes) <= most


def test_what_is_kept_is_bounded(index: Path) -> None:
    retriever = CountingRetriever()
    live = LiveIndex(IndexFolder(index), MODEL)
    answerer = Answerer(retriever, live, 0.5, space=CacheSpace(30_000))
    for text in ("copper", "lava", "bees", "copper"):  # each is answered by three passages or more
        answerer.answer(Query(text))
    assert [query.text for query in retriever.asked] == ["copper", "lava", "bees", "copper"]


def test_the_answer_is_the_newest_and_the_others_stand_beside_it(offices: Flask) -> None:
    reply = offices.test_client().post("/ask", json={"question": WHO_HOLDS}).get_json()
    answer, passages = reply["answer"], reply["passages"]
    assert answer["text"].startswith("Mira Holt was the harbour master")
    assert answer["date"] == "2024-02-06"
    cited = passages[answer["citation"] - 1]
    assert cited["text"][cited["answer"]["start"] : cited["answer"]["end"]] == "Mira Holt"
    span = answer["span"]
    assert answer["text"][span["start"] : span["end"]] == span["text"] == "Mira Holt"
    whole = offices.test_client().get(f"/documents/{cited['source']['document_id']}")
    assert whole.get_json()["text"][span["document_start"] : span["document_end"]] == span["text"]


def test_sources_that_say_the_same_stand_together_and_others_apart(offices: Flask) -> None:
    reply = offices.test_client().post("/ask", json={"question": WHO_HOLDS}).get_json()
    same, other = reply["alternatives"]
    assert (same["text"], same["agrees"]) == ("Mira Holt", True)
    assert (other["text"], other["agrees"]) == ("Jon Arden", False)
    [source] = other["sources"]
    assert source["date"] == "2020-02-14"
    assert reply["passages"][source["citation"] - 1]["source"]["path"] == "old.md"
    ranks = [one["source"]["path"] for one in reply["passages"]]
    new, middle, old = (ranks.index(f"{name}.md") + 1 for name in ("new", "middle", "old"))
    assert reply["agreement"] == {
        "kind": "changed",
        "text": f"This changed over time: Mira Holt (2024-02-06 [{new}], 2023-04-17 [{middle}]); "
        f"Jon Arden (2020-02-14 [{old}]).",
    }


def test_a_question_about_the_past_has_sources_that_differ(offices: Flask) -> None:
    question = "Who was the harbour master of Thessaly?"
    reply = offices.test_client().post("/ask", json={"question": question}).get_json()
    assert reply["agreement"]["kind"] == "differ"
    assert reply["agreement"]["text"].startswith("The sources differ: ")


def test_only_the_question_of_a_long_message_decides_how_sources_are_compared(
    offices: Flask,
) -> None:
    story = "I came to the town in 2020, and much was told to me then. " * 6
    reply = offices.test_client().post("/ask", json={"question": story + WHO_HOLDS}).get_json()
    assert reply["agreement"]["kind"] == "changed"


def test_without_an_answer_model_there_is_no_span_and_nothing_is_compared(
    client: FlaskClient,
) -> None:
    reply = client.post("/ask", json={"question": "Who weighs copper at dawn?"}).get_json()
    assert reply["answer"]["span"] is None
    assert (reply["alternatives"], reply["agreement"]) == ([], None)
    assert [one["answer"] for one in reply["passages"]] == [None] * len(reply["passages"])


def test_an_excerpt_keeps_the_words_that_answer(tmp_path: Path) -> None:
    build(write_files(tmp_path / "documents", OFFICES), tmp_path / "index")
    answerer = Answerer(
        Retriever(FakeEmbedder(), answer_model=KnowsAnswers(HOLDERS)),
        LiveIndex(IndexFolder(tmp_path / "index"), MODEL),
        0.5,
        allowance=lambda: Allowance(3, whole=False),
    )
    hits = [one.hit for one in answerer.answer(Query(WHO_HOLDS)).passages]
    found = [(hit.passage.text, hit.answer) for hit in hits if hit.answer]
    assert len(found) == 3
    assert all(text[one.span.start : one.span.end] == one.text for text, one in found)
