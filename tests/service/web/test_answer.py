from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import CITATION_FORMATS, AgreementKind, Passage, Source
from service.answers.answer import Answer
from tests.fakes import WHO_HOLDS
from tests.service.conftest import Alter
from tests.service.web.conftest import page

QUESTION = "How many ships unload copper?"
ANSWER = "Ninety ships unload copper every winter."


def test_an_answer_stands_on_top_and_its_number_leads_to_its_passage(client: FlaskClient) -> None:
    tree = page(client, q=QUESTION)
    assert tree.one("title").line == f"{QUESTION} · Pincite"
    assert tree.one("input", id="q").attributes["value"] == QUESTION
    answer = tree.one("section", class_="answer")
    assert answer.one(class_="sentence").line == f"{ANSWER} [1]"
    target = answer.one("a").attributes["href"].removeprefix("#")
    assert tree.one(id=target).one("mark").text == ANSWER
    assert not tree.all(class_="certainty")
    assert not tree.all(class_="notice")


def test_the_words_that_answer_stand_out_in_the_sentence_and_in_the_passage(
    offices: Flask,
) -> None:
    tree = page(offices.test_client(), q=WHO_HOLDS)
    first = tree.one("section", class_="answer").all("p", class_="sentence")[0]
    assert first.one("strong", class_="words").text == "Mira Holt"
    assert first.line.startswith("Mira Holt was the harbour master of Thessaly in 2024,")
    article = tree.all("article")[0]
    (mark,) = article.all("mark")
    assert mark.one("strong", class_="words").text == "Mira Holt"
    assert mark.text == first.text.removesuffix(" [1]")


def test_answers_of_several_times_stand_below_one_another_with_their_dates_and_sources(
    offices: Flask,
) -> None:
    answers = page(offices.test_client(), q=WHO_HOLDS).one("section", class_="answer")
    assert answers.one("h1").line == "Answers"
    assert answers.one(class_="relation").line == (
        "This changed over time; the newest comes first."
    )
    newest, oldest = answers.one("ol", class_="answers").all("li")
    assert newest.one(class_="facts").line.startswith("The harbour in spring6 February 2024")
    assert "The same in" in newest.one(class_="facts").line
    assert oldest.one("strong").text == "Jon Arden"
    assert oldest.one(class_="facts").line == "The storm14 February 2020"
    ranks = [link.attributes["href"] for link in answers.all("a", class_="number")]
    assert len(ranks) == len(set(ranks)) == 3


@pytest.mark.parametrize(("kind", "relation"), [("differ", ["The sources differ."]), ("agree", [])])
def test_how_the_sources_relate_is_said_in_words(
    offices: Flask, alter_answers: Alter, kind: AgreementKind, relation: list[str]
) -> None:
    def relate(found: Answer) -> Answer:
        assert found.comparison
        others = [one for one in found.comparison.alternatives if one.agrees or kind != "agree"]
        return replace(
            found, comparison=replace(found.comparison, kind=kind, alternatives=tuple(others))
        )

    alter_answers(relate)
    answers = page(offices.test_client(), q=WHO_HOLDS).one("section", class_="answer")
    assert [one.line for one in answers.all(class_="relation")] == relation
    assert len(answers.all("p", class_="sentence")) == (2 if kind == "differ" else 1)
    assert "The same in" in answers.line


def test_a_passage_says_where_it_stands(client: FlaskClient) -> None:
    first = page(client, q=QUESTION).all("article")[0]
    assert first.one("h3").line == "The harbour of Thessaly"
    assert first.all(class_="facts")[0].line == "Coast Gazette5 March 1987lines 12–14"
    assert first.one("time").attributes["datetime"] == "1987-03-05"
    text = first.one(class_="text")
    assert (text.attributes["lang"], text.attributes["dir"]) == ("en", "auto")
    reply = json.loads(client.get("/ask", query_string={"q": QUESTION}).data)
    assert text.text == reply["passages"][0]["text"]


def test_a_passage_is_cited_in_every_format(client: FlaskClient) -> None:
    shown = page(client, q=QUESTION).all("article")[0].all("dd", class_="citation")
    for form, citation in zip(CITATION_FORMATS, shown, strict=True):
        asked = {"q": QUESTION, "citation_format": form}
        reply = json.loads(client.get("/ask", query_string=asked).data)
        reference = reply["passages"][0]["source"]["reference"]
        text = citation.text
        assert (json.loads(text) if form == "csl-json" else text) == reference


def test_a_score_is_explained_in_words_and_bars(client: FlaskClient) -> None:
    reply = json.loads(client.get("/ask", query_string={"q": QUESTION}).data)["passages"][0]
    score = page(client, q=QUESTION).all("article")[0].one(class_="score")
    assert score.one("summary").line == f"Score {reply['score']:.2f} passage 1"
    scores = reply["scores"]
    rows = {row.one("th").line: row for row in score.all("tr")}
    assert list(rows) == [
        "Similarity of the passage and the question",
        "Similarity of its best sentence",
        "Common words, weighted by rarity (BM25)",
        "Deduction for its date",
    ]
    parts = (scores["dense"], scores["sentence"], scores["lexical"], scores["time"])
    for (label, row), value in zip(rows.items(), parts, strict=True):
        assert row.all("td")[0].line == f"{round(value, 2) + 0.0:.2f}"
        bar = row.one("meter").attributes
        assert float(bar["value"]) == pytest.approx(abs(value), abs=1e-3)
        assert bar["aria-label"] == label


def test_a_passage_links_to_its_place_in_the_document(client: FlaskClient) -> None:
    link = urlsplit(
        page(client, q=QUESTION).all("article")[0].one("h3").one("a").attributes["href"]
    )
    source = json.loads(client.get("/ask", query_string={"q": QUESTION}).data)["passages"][0][
        "source"
    ]
    assert link.path == f"/documents/{source['document_id']}"
    assert parse_qs(link.query) == {
        "start": [str(source["start"])], "end": [str(source["end"])], "q": [QUESTION],
    }  # fmt: skip
    assert link.fragment == "passage"


def test_a_text_whose_language_is_not_stated_has_the_one_that_was_detected(
    client: FlaskClient,
) -> None:
    tree = page(client, q="Where do bees sleep?")
    assert tree.all("article")[0].one(class_="text").attributes["lang"] == "en"


def test_where_there_is_no_answer_the_page_says_so_and_shows_the_nearest(
    client: FlaskClient, change_answers: Callable[..., None]
) -> None:
    change_answers(evidence=None, answerable=False, notes=("No answer.", "Newest first."))
    tree = page(client, q=QUESTION)
    assert tree.one("title").line == f"No answer found: {QUESTION} · Pincite"
    notice = tree.one("section", class_="notice")
    assert notice.one("h1").line == "No answer found in the documents"
    assert "nearest ones, but they do not answer the question" in notice.line
    assert tree.one("section", class_="nearest").all("article")
    assert not tree.all(class_="answer")
    assert [note.line for note in tree.all(class_="note")] == ["Newest first."]


def test_an_answer_that_is_not_trusted_is_none(
    client: FlaskClient, change_answers: Callable[..., None]
) -> None:
    change_answers(answerable=False)
    tree = page(client, q=QUESTION)
    assert tree.all("section", class_="notice")
    assert not tree.all(class_="sentence")


def test_where_nothing_is_near_no_passages_are_promised(
    client: FlaskClient, change_answers: Callable[..., None]
) -> None:
    change_answers(evidence=None, answerable=False, passages=(), notes=())
    tree = page(client, q=QUESTION)
    assert tree.one("h1").line == "No answer found in the documents"
    assert not tree.all("ol")


@pytest.mark.parametrize("answerable", [True, False])
@pytest.mark.parametrize(
    ("confidence", "shown"),
    [
        (0.0, ("Unlikely: the documents probably do not answer this question", "< 1%")),
        (0.5, ("Uncertain: the documents speak of this but may not say it", "50%")),
        (0.874, ("Likely: the documents probably answer this question", "87%")),
        (1.0, ("Very likely: the documents almost certainly answer this", "> 99%")),
    ],
)
def test_confidence_is_a_word_with_its_meaning_and_a_number_on_demand(
    client: FlaskClient,
    change_answers: Callable[..., None],
    confidence: float,
    shown: tuple[str, str],
    answerable: bool,
) -> None:
    change_answers(confidence=confidence, answerable=answerable)
    details = page(client, q=QUESTION).one("details", class_="certainty")
    word, percent = shown
    assert details.one("summary").line.startswith(word)
    assert percent in details.one("p").line
    assert "open" not in details.attributes


def test_other_places_of_a_passage_are_named(client: FlaskClient, alter_answers: Alter) -> None:
    def with_duplicate(answer: Answer) -> Answer:
        first, second, *_ = answer.passages
        places: tuple[tuple[Passage, Source], ...] = ((second.hit.passage, second.hit.source),)
        hit = replace(first.hit, duplicates=places)
        return replace(answer, passages=(replace(first, hit=hit), second))

    alter_answers(with_duplicate)
    tree = page(client, q=QUESTION)
    second = tree.all("article")[1].one("h3").one("a")
    also = tree.all("article")[0].one(class_="also").one("a")
    assert also == second
    assert not tree.all("article")[1].all(class_="also")
