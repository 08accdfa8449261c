"""Every question that cannot be asked is refused with what was found and what is allowed."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import problem_of

QUESTION = "1 to 2000 characters"
TOP_K = "a whole number from 1 to 50"
DAY = "YYYY-MM-DD"


@pytest.mark.parametrize(
    ("body", "field", "found", "allowed"),
    [
        ({}, "question", "nothing", QUESTION),
        ({"question": ""}, "question", "''", QUESTION),
        ({"question": " \n\t\u2003"}, "question", "", QUESTION),
        ({"question": "a" * 2001}, "question", "2001 characters", QUESTION),
        ({"question": "a\0b"}, "question", "\\x00", QUESTION),
        ({"question": None}, "question", "nothing", QUESTION),
        ({"question": 5}, "question", "5", QUESTION),
        ({"question": ["x"]}, "question", "['x']", QUESTION),
        ({"question": "x", "top_k": 0}, "top_k", "0", TOP_K),
        ({"question": "x", "top_k": 51}, "top_k", "51", TOP_K),
        ({"question": "x", "top_k": 10**30}, "top_k", "1000000", TOP_K),
        ({"question": "a" * 70 + "\x1b"}, "question", "'\\x1b' at character 71", QUESTION),
        ({"question": "x", "top_k": 1.5}, "top_k", "1.5", TOP_K),
        ({"question": "x", "top_k": "5"}, "top_k", "'5'", TOP_K),
        ({"question": "x", "top_k": "x"}, "top_k", "'x'", TOP_K),
        ({"question": "x", "top_k": True}, "top_k", "True", TOP_K),
        ({"question": "x", "colour": "red"}, "colour", "'red'", "no such field; fields are"),
        ({"question": "x", "q": "y"}, "q", "'y'", "no such field; fields are question"),
        ({"question": "x", "filters": "red"}, "filters", "'red'", "an object"),
        ({"question": "x", "filters": []}, "filters", "[]", "an object"),
        ({"question": "x", "filters": {"colour": 1}}, "filters.colour", "1", "no such field"),
        ({"question": "x", "filters": {"since": "soon"}}, "filters.since", "'soon'", DAY),
        ({"question": "x", "filters": {"until": 86400}}, "filters.until", "86400", DAY),
        ({"question": "x", "asked_on": 0}, "asked_on", "0", DAY),
        ({"question": "x", "asked_on": "86400"}, "asked_on", "'86400'", DAY),
        ({"question": "x", "asked_on": "20200214"}, "asked_on", "'20200214'", DAY),
        ({"question": "x", "asked_on": "2020-W07-5"}, "asked_on", "'2020-W07-5'", DAY),
        ({"question": "x", "asked_on": "2020-02-30"}, "asked_on", "'2020-02-30'", DAY),
        ({"question": "x", "asked_on": "2020-02-14T11:30:00"}, "asked_on", "11:30", DAY),
        ([], "body", "[]", "a list of 1 to 32 questions"),
        ([{"question": "x"}] * 33, "body", "", "a list of 1 to 32 questions"),
        ("x", "body", "'x'", "object"),
        ("question", "body", "'question'", "object"),
        (None, "body", "None", "object"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_body_that_asks_nothing_sensible_is_refused(
    client: FlaskClient, body: object, field: str, found: str, allowed: str
) -> None:
    response = client.post("/ask", data=json.dumps(body), content_type="application/json")
    problem = problem_of(response, 422, field)
    named = next(one for one in problem["errors"] if one["field"] == field)
    assert found in named["found"]
    assert allowed in named["allowed"]


@pytest.mark.parametrize("question", ["two\nlines", "two\r\nlines", "a\ttab"])
def test_a_question_may_have_lines_and_tabs(client: FlaskClient, question: str) -> None:
    for response in (
        client.post("/ask", json={"question": question}),
        client.get("/ask", query_string={"q": question}),
    ):
        assert json.loads(response.data)["question"] == question


def test_every_field_that_is_wrong_is_named(client: FlaskClient) -> None:
    problem = problem_of(client.post("/ask", json={"top_k": 0, "colour": 1}), 422)
    assert {one["field"] for one in problem["errors"]} == {"question", "top_k", "colour"}


def test_what_was_found_is_shown_in_part_where_it_is_long(client: FlaskClient) -> None:
    response = client.post("/ask", json={"question": "secret " * 2000})
    problem_of(response, 422, "question")
    assert len(response.data) < 1000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'question': 'x'}",
        b'{"question": "x"',
        b'{"question": "x"} y',
        b'{"question": "\\ud800"}',
        b'{"question": "\\udc00\\ud800"}',
        b'{"question": "\xff\xfe"}',
        b'{"question": "a\x00b"}',
        b'{"question": NaN}',
        b'{"question": "x", "top_k": ' + b"9" * 5000 + b"}",
        b"[" * 20000,
        b'{"question": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_malformed_json_is_refused(client: FlaskClient, body: bytes) -> None:
    response = client.post("/ask", data=body, content_type="application/json")
    problem = problem_of(response, response.status_code)
    assert response.status_code in {400, 422}
    assert "JSON" in problem["detail"] or problem["errors"][0]["field"] == "question"


def test_malformed_json_says_where_it_breaks(client: FlaskClient) -> None:
    response = client.post("/ask", data=b'{"question": x}', content_type="application/json")
    assert "line 1 column 14" in problem_of(response, 400)["detail"]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "nonsense",
    ],
)
def test_another_media_type_is_refused(client: FlaskClient, content_type: str | None) -> None:
    response = client.post("/ask", data=b'{"question": "x"}', content_type=content_type)
    problem = problem_of(response, 415, "Content-Type")
    assert problem["errors"][0]["allowed"] == "application/json"


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"]
)
def test_json_is_read_whatever_its_parameters(client: FlaskClient, content_type: str) -> None:
    response = client.post("/ask", data='{"question": "lava?"}', content_type=content_type)
    assert response.status_code == 200


@pytest.mark.parametrize("question", ["a" * 2000, "🌋" * 2000, f"  {'a' * 2000}\n", "a"])
def test_a_question_of_up_to_2000_characters_is_answered(
    client: FlaskClient, question: str
) -> None:
    for response in (
        client.post("/ask", json={"question": question}),
        client.get("/ask", query_string={"q": question}),
    ):
        assert response.status_code == 200
        assert json.loads(response.data)["question"] == question.strip()


@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_top_k_bounds_the_passages(client: FlaskClient, top_k: int) -> None:
    for response in (
        client.post("/ask", json={"question": "lava", "top_k": top_k}),
        client.get("/ask", query_string={"q": "lava", "top_k": top_k}),
    ):
        assert len(json.loads(response.data)["passages"]) == min(top_k, 3)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_any_day_may_be_named(client: FlaskClient, day: str) -> None:
    days = {"since": day, "until": day}
    body = {"question": "what happened last year?", "asked_on": day, "filters": days}
    assert client.post("/ask", json=body).status_code == 200
