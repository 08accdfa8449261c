"""Lists of questions: each is answered or refused on its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index import Hit, LiveIndex, Ranking, Retriever
from service.schemas.answers import BatchReply
from tests.fakes import build, write_files
from tests.service.conftest import MakeApp, problem_of

UNTIMED = {"took_ms": 0, "parts_ms": None}


def replies(client: FlaskClient, asked: object, address: str = "/v1/ask") -> list[dict[str, Any]]:
    response = client.post(address, json=asked)
    assert response.status_code == 200, response.text
    BatchReply.model_validate_json(response.data)
    found: list[dict[str, Any]] = json.loads(response.data)
    return found


def test_the_replies_are_those_to_each_question_in_its_order(client: FlaskClient) -> None:
    asked = [
        {"question": "Who weighs the copper at dawn?", "top_k": 1},
        {"question": "lava", "citation_format": "bibtex"},
        {"question": "copper", "filters": {"since": "1987-01-01", "tags": ["ships"]}},
    ]
    for reply, one in zip(replies(client, asked), asked, strict=True):
        alone = json.loads(client.post("/ask", json=one).data)
        assert {**reply, **UNTIMED} == {**alone, **UNTIMED}


def test_a_question_that_cannot_be_used_is_refused_and_the_others_answered(
    client: FlaskClient,
) -> None:
    asked = [{"question": "lava"}, {"question": ""}, 5, {"question": "x", "top_k": "3"}]
    answered, empty, number, text = replies(client, asked, "/ask")
    assert answered["passages"]
    for place, refused in ((1, empty), (2, number), (3, text)):
        assert (refused["status"], refused["title"]) == (422, "Unprocessable Entity")
        assert refused["instance"] == f"/ask#/{place}"
    assert empty["errors"][0]["field"] == "question"
    assert number["errors"][0]["field"] == "body"
    assert text["errors"][0]["field"] == "top_k"


def test_a_list_holds_thirty_two_questions_at_most(client: FlaskClient) -> None:
    assert len(replies(client, [{"question": "lava"}] * 32)) == 32
    problem_of(client.post("/ask", json=[{"question": "lava"}] * 33), 422, "body")


@pytest.mark.parametrize("body", [b"[", b'[{"question": "x"}', b" \n[\xff]", b"[" * 20_000])
def test_a_list_that_is_not_json_is_refused_whole(client: FlaskClient, body: bytes) -> None:
    problem_of(client.post("/ask", data=body, content_type="application/json"), 400)


def test_routes_that_no_protocol_fixes_have_a_version(client: FlaskClient) -> None:
    for address in ("/ask?q=lava", "/documents"):
        plain, versioned = (json.loads(client.get(at + address).data) for at in ("", "/v1"))
        assert {**plain, **UNTIMED} == {**versioned, **UNTIMED}


def test_a_list_is_answered_from_one_generation_though_another_comes_meanwhile(
    make_app: MakeApp, three: Path, index: Path
) -> None:
    lives: list[LiveIndex] = []

    class Publishing(Retriever):
        def hits(self, ranking: Ranking) -> list[Hit]:
            found = super().hits(ranking)
            if lives:  # not while it is warmed up, and once
                live = lives.pop()
                build(write_files(three, {"comet.txt": "The comet passed in May."}), index)
                live.refresh()
            return found

    collaborators = {
        "retriever_of": lambda settings, recipe: Publishing(recipe.encoders),
        "keep_fresh": lambda live, logger: lives.append(live),
    }
    app = make_app(index=index, documents=three, collaborators=collaborators)
    client = app.test_client()
    first, second = replies(client, [{"question": "lava"}, {"question": "comet"}])
    assert first["generation"] == second["generation"]
    [after] = replies(client, [{"question": "bees"}])
    assert after["generation"] > first["generation"]
