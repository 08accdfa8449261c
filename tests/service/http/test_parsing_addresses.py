"""Every address that asks nothing sensible is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import problem_of

QUESTION = "1 to 2000 characters"
TOP_K = "a whole number from 1 to 50"
DAY = "YYYY-MM-DD"


@pytest.mark.parametrize(
    ("address", "field", "found", "allowed"),
    [
        ("", "q", "nothing", QUESTION),
        ("q=", "q", "''", QUESTION),
        ("q=%20%09%0a%e2%80%83", "q", "", QUESTION),
        ("q=" + "a" * 2001, "q", "2001 characters", QUESTION),
        ("q=a%00b", "q", "\\x00", QUESTION),
        ("q=x&top_k=0", "top_k", "'0'", TOP_K),
        ("q=x&top_k=51", "top_k", "'51'", TOP_K),
        ("q=x&top_k=-1", "top_k", "'-1'", TOP_K),
        ("q=x&top_k=x", "top_k", "'x'", TOP_K),
        ("q=x&top_k=1.5", "top_k", "'1.5'", TOP_K),
        ("q=x&top_k=true", "top_k", "'true'", TOP_K),
        ("q=x&top_k=" + "9" * 5000, "top_k", "999", TOP_K),
        ("q=x&q=y", "q", "2 values", "one value"),
        ("q=x&top_k=1&top_k=2", "top_k", "2 values", "one value"),
        ("q=x&colour=red", "colour", "red", "no such field; fields are"),
        ("q=x&filters=red", "filters", "red", "since"),
        ("q=x&filters=red&since=2020-01-01", "filters", "red", "since"),
        (
            "q=x&filters.since=2020-01-01",
            "filters.since",
            "2020-01-01",
            "fields are q, top_k, since",
        ),
        ("q=x&question=x", "question", "", "no such field"),
        ("q=x&asked_on=yesterday", "asked_on", "'yesterday'", DAY),
        ("q=x&asked_on=86400", "asked_on", "'86400'", DAY),
        ("q=x&since=2020-02-30", "since", "'2020-02-30'", DAY),
        ("q=x&until=2020", "until", "'2020'", DAY),
    ],
)
def test_an_address_that_asks_nothing_sensible_is_refused(
    client: FlaskClient, address: str, field: str, found: str, allowed: str
) -> None:
    problem = problem_of(client.get(f"/ask?{address}"), 422, field)
    named = next(one for one in problem["errors"] if one["field"] == field)
    assert found in named["found"]
    assert allowed in named["allowed"]


def test_a_field_that_an_address_cannot_hold_is_not_among_those_allowed(
    client: FlaskClient,
) -> None:
    problem = problem_of(client.get("/ask?q=x&colour=red"), 422, "colour")
    allowed = problem["errors"][0]["allowed"].split("fields are ")[1].split(", ")
    assert "q" in allowed
    assert "question" not in allowed


def test_an_address_and_a_body_that_ask_the_same_get_the_same(client: FlaskClient) -> None:
    def ask(**request: Any) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(client.open("/ask", **request).data)
        return {key: value for key, value in reply.items() if not key.endswith("_ms")}

    more: dict[str, object] = {"top_k": 2, "asked_on": "1990-01-01"}
    days = {"since": "1980-01-01", "until": "1989-12-31"}
    by_address = ask(query_string={"q": "copper ships", **more, **days})
    by_body = ask(method="POST", json={"question": "copper ships", **more, "filters": days})
    assert by_address == by_body
    assert [one["source"]["path"] for one in by_body["passages"]] == ["harbour.md"]
