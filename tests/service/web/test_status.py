from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.schemas.state import StatusReply
from tests.fakes import THREE
from tests.service.web.conftest import open_app, page
from tests.service.web.dom import Node


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return open_app(tmp_path, THREE).test_client()


def heights(tree: Node, section: str) -> list[float]:
    drawn = tree.one("section", **{"aria-labelledby": section}).all("rect")
    return [float(bar.attributes["height"]) for bar in drawn]


def test_the_page_says_what_is_answered_from(client: FlaskClient) -> None:
    tree = page(client, "/status")
    assert tree.one("h1").line == "Status"
    terms = {
        term.line: value.line for term, value in zip(tree.all("dt"), tree.all("dd"), strict=True)
    }
    reply = StatusReply.model_validate(client.get("/status").json)
    assert (terms["Documents"], terms["Passages"]) == ("3", "3")
    assert terms["Model"] == "fake, run by fake on cpu"
    assert terms["Generation"].startswith(reply.generation)
    assert terms["Last run"].endswith(": 3 indexed · The documents")
    assert reply.run
    assert reply.run.counts["indexed"] == 3


def test_before_the_first_question_nothing_is_drawn(client: FlaskClient) -> None:
    tree = page(client, "/status")
    assert not any(heights(tree, "asked"))
    assert "No question since" in tree.one("section", **{"aria-labelledby": "times"}).line
    reply = StatusReply.model_validate(client.get("/status").json)
    assert (reply.latency_ms.answers, reply.latency_ms.p50) == (0, None)


def test_what_is_asked_by_any_way_is_counted_and_drawn(client: FlaskClient) -> None:
    page(client, q="lava")
    client.get("/ask", query_string={"q": "ships"})
    client.post("/ask", json={"question": "bees"})
    tree = page(client, "/status")
    asked = tree.one("section", **{"aria-labelledby": "asked"})
    assert asked.one("svg").attributes["aria-label"] == asked.one("p", class_="facts").line
    assert "3 questions in the last hour" in asked.line
    assert len(heights(tree, "asked")) == 60
    assert any(heights(tree, "asked")[-2:])
    assert any(heights(tree, "times"))
    reply = StatusReply.model_validate(client.get("/status").json)
    assert sum(reply.questions_per_minute) == 3
    assert reply.latency_ms.answers == 3
