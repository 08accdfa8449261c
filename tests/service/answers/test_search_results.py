"""Search results for Claude, checked against the types of Anthropic's own client."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from index import Passage, Span
from service.answers.search_results import _sentences
from tests.service.conftest import Change, problem_of
from tests.service.protocols.recording import recording

QUESTION = "Who weighs the copper at dawn?"


def test_a_recorded_request_gets_the_recorded_reply(client: FlaskClient) -> None:
    recording("search_result").replay(client)


def test_results_are_content_that_anthropics_client_takes(client: FlaskClient) -> None:
    from anthropic.types import ToolResultBlockParam

    for response in (
        client.get("/ask", query_string={"q": QUESTION, "format": "search_result"}),
        client.post("/ask", json={"question": QUESTION, "format": "search_result"}),
    ):
        blocks = response.get_json()
        result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": blocks}
        TypeAdapter(ToolResultBlockParam).validate_python(result)
        assert [one["type"] for one in blocks] == ["search_result"] * 3
        assert [one["text"] for one in blocks[0]["content"]][-1] == "Merchants weigh it at dawn."
        page = client.get(blocks[0]["source"], headers={"Accept": "text/html"})
        assert blocks[0]["title"] in page.text


def test_without_an_answer_remarks_come_first(doubtful: Flask) -> None:
    address = {"q": QUESTION, "format": "search_result"}
    first, second, *others = doubtful.test_client().get("/ask", query_string=address).get_json()
    note = "No answer was found in the documents; the passages are the nearest ones."
    assert first == {"type": "text", "text": note}
    assert second["text"].startswith("Unlikely: the documents probably do not answer")
    assert [one["type"] for one in others] == ["search_result"] * 3


def test_how_sure_the_answer_is_stands_before_the_results(
    client: FlaskClient, change_answers: Change
) -> None:
    change_answers(confidence=0.8)
    first, *_ = client.get(
        "/ask", query_string={"q": QUESTION, "format": "search_result"}
    ).get_json()
    assert first["text"] == "Likely: the documents probably answer this question."


def test_a_format_that_is_none_is_refused(client: FlaskClient) -> None:
    for response in (
        client.get("/ask?q=x&format=xml"),
        client.post("/ask", json={"question": "x", "format": "xml"}),
    ):
        problem = problem_of(response, 422, "format")
        assert problem["errors"][0]["allowed"] == (
            "json, search_result (content for Claude), or nothing"
        )


@given(st.lists(st.text(min_size=1), min_size=1), st.data())
def test_nothing_of_a_passage_is_lost_between_sentences(parts: list[str], data: Any) -> None:
    spans, at = [], 0
    for part in parts:
        start = data.draw(st.integers(0, len(part) - 1))
        spans.append(Span(at + start, at + len(part)))
        at += len(part)
    text = "".join(parts)
    pieces = _sentences(Passage("d", 0, len(text), text, (1, 1), sentences=tuple(spans)))
    assert "".join(pieces) == text
    assert all(pieces)
    assert len(pieces) == len(parts)


@pytest.mark.parametrize("sentences", [(), (Span(0, 6),)])
def test_a_passage_of_one_sentence_is_one_piece(sentences: tuple[Span, ...]) -> None:
    assert _sentences(Passage("d", 0, 6, "copper", (1, 1), sentences=sentences)) == ["copper"]
