from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.schemas.answers import AskReply
from tests.service.conftest import problem_of


@pytest.fixture(scope="module")
def reply(app: Flask) -> dict[str, Any]:
    response = app.test_client().post("/ask", json={"question": "Who weighs the copper at dawn?"})
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_the_reply_has_the_shape_that_was_promised(reply: dict[str, Any]) -> None:
    AskReply.model_validate(reply, strict=False)
    assert {
        "question", "answer", "answerable", "confidence", "certainty", "passages", "generation",
        "took_ms",
    } <= set(reply)  # fmt: skip
    assert {"rank", "score", "text", "evidence", "source"} <= set(reply["passages"][0])
    assert set(reply["passages"][0]["source"]) == {
        "document_id", "title", "publisher", "authors", "date", "url", "path", "page", "slide",
        "sheet", "row", "part", "lines", "copies", "stale", "origins",
        "start", "end", "citation", "reference",
    }  # fmt: skip


def test_the_answer_is_the_evidence_sentence_of_the_best_passage(reply: dict[str, Any]) -> None:
    best = reply["passages"][0]
    span = best["evidence"][0]
    assert reply["answer"] == {
        "text": best["text"][span["start"] : span["end"]],
        "citation": best["rank"],
        "date": "1987-03-05",
        "span": None,
    }
    assert reply["answer"]["text"] == "Merchants weigh it at dawn."
    assert reply["answerable"] is True


def test_passages_are_ranked_from_one_and_carry_what_is_known_of_their_source(
    reply: dict[str, Any],
) -> None:
    assert [one["rank"] for one in reply["passages"]] == [1, 2, 3]
    source = reply["passages"][0]["source"]
    assert source["title"] == "The harbour of Thessaly"
    assert source["publisher"] == "Coast Gazette"
    assert source["authors"] == ["Ada Quill", "Ben Orr"]
    assert source["date"] == "1987-03-05"
    assert source["url"] == "https://example.org/harbour"
    assert source["path"] == "harbour.md"
    assert source["page"] is None
    assert "“The harbour of Thessaly”" in source["citation"]


def test_every_passage_stands_in_its_document_at_its_offsets_and_lines(
    client: FlaskClient, reply: dict[str, Any]
) -> None:
    for passage in reply["passages"]:
        source = passage["source"]
        text = json.loads(client.get(f"/documents/{source['document_id']}").data)["text"]
        assert text[source["start"] : source["end"]] == passage["text"]
        first, last = source["lines"]
        lines = text.split("\n")[first - 1 : last]
        assert passage["text"] in "\n".join(lines)


def test_a_confidence_that_nothing_was_calibrated_for_is_null(reply: dict[str, Any]) -> None:
    assert reply["confidence"] is None


def test_no_answer_is_made_up_where_no_source_may_be_searched(client: FlaskClient) -> None:
    body = {"question": "copper", "filters": {"since": "2090-01-01"}}
    reply = json.loads(client.post("/ask", json=body).data)
    assert (reply["answer"], reply["answerable"], reply["passages"]) == (None, False, [])


def test_filters_leave_out_sources_of_other_days(client: FlaskClient) -> None:
    for days, paths in (
        ({"since": "1987-03-05", "until": "1987-03-05"}, ["harbour.md"]),
        ({"until": "1987-03-04"}, []),
        ({"since": "1987-03-06"}, []),
    ):
        body = {"question": "lava copper bees", "top_k": 50, "filters": days}
        reply = json.loads(client.post("/ask", json=body).data)
        assert [one["source"]["path"] for one in reply["passages"]] == paths


def test_offsets_count_unicode_code_points(client: FlaskClient) -> None:
    reply = json.loads(client.get("/ask?q=🌋").data)
    assert reply["question"] == "🌋"


def test_the_process_says_that_it_runs(client: FlaskClient) -> None:
    assert json.loads(client.get("/healthz").data) == {"status": "ok"}


def test_the_service_says_that_it_is_ready_and_from_which_generation(
    client: FlaskClient, reply: dict[str, Any]
) -> None:
    ready = json.loads(client.get("/readyz").data)
    assert (ready["status"], ready["generation"]) == ("ready", reply["generation"])


def test_where_no_source_passes_the_filters_nothing_is_claimed(client: FlaskClient) -> None:
    asked = {"question": "Who weighs copper?", "filters": {"since": "2999-01-01"}}
    reply = client.post("/ask", json=asked).get_json()
    assert (reply["passages"], reply["answer"], reply["answerable"]) == ([], None, False)
    assert reply["confidence"] is None
    assert reply["notes"] == ["No source passes the filters, so nothing was searched."]


@pytest.mark.parametrize("form", ["plain", "markdown", "bibtex", "csl-json"])
def test_sources_are_cited_in_the_format_that_is_asked_for(client: FlaskClient, form: str) -> None:
    body = {"question": "copper", "citation_format": form}
    replies = [
        client.post("/ask", json=body).get_json(),
        client.get("/ask", query_string={"q": "copper", "citation_format": form}).get_json(),
    ]
    for reply in replies:
        source = reply["passages"][0]["source"]
        assert source["citation"].startswith("Ada Quill, Ben Orr, “The harbour of Thessaly”, ")
        reference = source["reference"]
        if form == "csl-json":
            assert reference["issued"] == {"date-parts": [[1987, 3, 5]]}
            assert None not in reference.values()
        else:
            expected = {
                "plain": source["citation"],
                "markdown": "Ada Quill, Ben Orr, [“The harbour of Thessaly”](https://example.org",
                "bibtex": f"@misc{{pincite-{source['document_id']}-{source['start']}-",
            }[form]
            assert reference.startswith(expected)


def test_a_format_that_is_none_is_refused(client: FlaskClient) -> None:
    for response in (
        client.post("/ask", json={"question": "x", "citation_format": "ris"}),
        client.get("/ask?q=x&citation_format=ris"),
    ):
        problem = problem_of(response, 422, "citation_format")
        assert "markdown, bibtex or csl-json" in problem["errors"][0]["allowed"]
