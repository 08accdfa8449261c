"""Dify's external knowledge, asked as Dify does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import (
    AllOf,
    AnyOf,
    Contains,
    Filter,
    Not,
    OneOf,
    Prefix,
    Range,
    Suffix,
)
from service.protocols.dify.conditions import Condition, MetadataCondition
from tests.fakes import WHO_HOLDS
from tests.service.conftest import MakeApp, failing
from tests.service.protocols.recording import recording

QUESTION = "Who weighs the copper at dawn?"


def retrieve(client: FlaskClient, **fields: Any) -> Any:
    body = {
        "knowledge_id": "default",
        "query": "copper lava bees",
        "retrieval_setting": {"top_k": 50, "score_threshold": 0},
    }
    return client.post("/retrieval", json=body | fields, headers={"Authorization": "Bearer x"})


def paths(client: FlaskClient, *conditions: dict[str, Any], **more: Any) -> set[str]:
    response = retrieve(client, metadata_condition={"conditions": list(conditions)} | more)
    assert response.status_code == 200, response.text
    return {one["metadata"]["path"] for one in response.get_json()["records"]}


def condition(name: str | list[str], operator: str, value: Any = None) -> dict[str, Any]:
    given = {} if value is None else {"value": value}
    return {"name": name, "comparison_operator": operator} | given


@pytest.mark.parametrize("name", ["dify", "dify_registration", "dify_no_such_knowledge"])
def test_a_recorded_request_gets_the_recorded_reply(client: FlaskClient, name: str) -> None:
    recording(name).replay(client)


def test_a_record_is_a_passage_with_what_is_known_of_its_document(client: FlaskClient) -> None:
    [record] = retrieve(
        client, query=QUESTION, retrieval_setting={"top_k": 1, "score_threshold": 0.1}
    ).get_json()["records"]
    assert record["content"].endswith("Merchants weigh it at dawn.")
    assert record["title"] == "The harbour of Thessaly"
    assert 0.1 <= record["score"] <= 1
    assert record["metadata"]["authors"] == ["Ada Quill", "Ben Orr"]
    assert record["metadata"]["citation"].startswith("Ada Quill, Ben Orr, “The harbour")
    assert record["metadata"]["link"].startswith("http://localhost/documents/")


def test_a_threshold_leaves_out_what_scores_below_it(client: FlaskClient) -> None:
    scores = [one["score"] for one in retrieve(client).get_json()["records"]]
    setting = {"top_k": 50, "score_threshold": scores[0]}
    kept = retrieve(client, retrieval_setting=setting).get_json()["records"]
    assert [one["score"] for one in kept] == scores[:1]
    for none in (None, 0):
        setting = {"top_k": 50, "score_threshold": none}
        assert len(retrieve(client, retrieval_setting=setting).get_json()["records"]) == len(scores)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("contains", "gaz", Contains("k", "gaz")),
        ("not contains", "gaz", Not(Contains("k", "gaz"))),
        ("start with", "Coast", Prefix("k", "Coast")),
        ("end with", "Gazette", Suffix("k", "Gazette")),
        ("is", "Coast", OneOf("k", ("Coast",))),
        ("is", 4, OneOf("k", (4,))),
        ("is not", "Coast", Not(OneOf("k", ("Coast",)))),
        ("in", ["a", "b"], OneOf("k", ("a", "b"))),
        ("not in", ["a"], Not(OneOf("k", ("a",)))),
        ("empty", None, Not(Prefix("k", ""))),
        ("not empty", None, Prefix("k", "")),
        ("=", "4", OneOf("k", (4.0,))),
        ("≠", 4, Not(OneOf("k", (4.0,)))),
        (">", 4, Range("k", gt=4.0)),
        ("<", "4.5", Range("k", lt=4.5)),
        ("≥", 4, Range("k", gte=4.0)),
        ("≤", 4, Range("k", lte=4.0)),
        ("before", "2020-02-14", Range("k", lt="2020-02-14")),
        ("after", "2020-02-14T10:00:00", Range("k", gt="2020-02-14")),
        ("after", 1581638400, Range("k", gt="2020-02-14")),
    ],
)
def test_every_operator_is_a_filter(operator: str, value: Any, expected: Filter) -> None:
    assert Condition.model_validate(condition("k", operator, value)).filter() == expected


def test_conditions_are_joined_by_and_unless_or_is_asked_for() -> None:
    conditions = [condition("a", "is", "1"), condition(["b", "c"], "is", "2")]
    parts = (OneOf("a", ("1",)), AnyOf((OneOf("b", ("2",)), OneOf("c", ("2",)))))
    for operator, expected in (
        (None, AllOf(parts)),
        ("and", AllOf(parts)),
        ("or", AnyOf(parts)),
    ):
        given = {"logical_operator": operator, "conditions": conditions}
        assert MetadataCondition.model_validate(given).filter() == expected
    assert MetadataCondition.model_validate({"conditions": []}).filter() is None


def test_conditions_leave_out_documents(client: FlaskClient) -> None:
    everything = {"harbour.md", "notes/orchard_log.txt", "volcano.md"}
    assert paths(client) == everything
    assert paths(client, condition("publisher", "contains", "gaz")) == {"harbour.md"}
    assert paths(client, condition("publisher", "empty")) == everything - {"harbour.md"}
    assert paths(client, condition("path", "end with", ".md")) == {"harbour.md", "volcano.md"}
    assert paths(client, condition("date", "before", "1987-03-06")) == {"harbour.md"}
    either = (condition("path", "is", "volcano.md"), condition("tags", "is", "ships"))
    assert paths(client, *either) == set()
    assert paths(client, *either, logical_operator="or") == {"harbour.md", "volcano.md"}


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"query": ""}, "query"),
        ({"retrieval_setting": {"top_k": 0}}, "retrieval_setting.top_k"),
        ({"retrieval_setting": {"top_k": 3, "score_threshold": 7}}, "score_threshold"),
        ({"metadata_condition": {"conditions": [condition("a", "like", "x")]}}, "operator"),
        ({"metadata_condition": {"conditions": [condition("a", "is")]}}, "a text or a number"),
        ({"metadata_condition": {"conditions": [condition("a", "in", "x")]}}, "expected a list"),
        ({"metadata_condition": {"conditions": [condition("a", "is", True)]}}, "value"),
        ({"metadata_condition": {"conditions": [condition("a", ">", "x")]}}, "a number"),
        ({"metadata_condition": {"conditions": [condition("a", "after", "x")]}}, "YYYY-MM-DD"),
        ({"metadata_condition": {"conditions": [condition("a", "after", 1e30)]}}, "YYYY-MM-DD"),
        ({"metadata_condition": {"conditions": [condition([], "is", "x")]}}, "name"),
    ],
)
def test_what_cannot_be_retrieved_is_refused_by_name(
    client: FlaskClient, fields: dict[str, Any], part: str
) -> None:
    response = retrieve(client, **fields)
    assert (response.status_code, response.get_json()["error_code"]) == (422, 422)
    assert part in response.get_json()["error_msg"]


@pytest.mark.parametrize(
    ("kind", "header", "code"),
    [
        ("none", "Basic eA==", 1001),
        ("none", "Bearer {}", 1002),
        ("revoked", "Bearer {}", 1002),
        ("widget", "Bearer {}", 1002),
    ],
)
def test_a_header_and_a_key_that_are_refused_have_their_codes(
    make_app: MakeApp, tokens: Mapping[str, str], kind: str, header: str, code: int
) -> None:
    headers = {"Authorization": header.format(tokens.get(kind, kind))}
    response = make_app().test_client().post("/retrieval", headers=headers)
    assert (response.status_code, response.get_json()["error_code"]) == (403, code)


def test_a_key_that_is_known_retrieves(make_app: MakeApp, tokens: Mapping[str, str]) -> None:
    headers = {"Authorization": f"Bearer {tokens['ask']}"}
    response = make_app().test_client().post("/retrieval", headers=headers)
    assert response.get_json() == {"records": []}


def test_bad_json_and_a_bug_are_errors_of_dify(make_app: MakeApp) -> None:
    broken = {"retriever_of": failing(ZeroDivisionError())}
    client = make_app(collaborators=broken).test_client()
    response = client.post("/retrieval", data=b"{", content_type="application/json")
    assert response.status_code == response.get_json()["error_code"] == 400
    response = retrieve(client)
    assert response.status_code == response.get_json()["error_code"] == 500


def test_a_record_tells_what_it_answers_how_sure_that_is_and_whether_sources_agree(
    offices: Flask,
) -> None:
    records = retrieve(offices.test_client(), query=WHO_HOLDS).get_json()["records"]
    told = {one["metadata"]["path"]: one["metadata"] for one in records}
    assert {path: one["answer"] for path, one in told.items()} == {
        "new.md": "Mira Holt", "middle.md": "Mira Holt", "old.md": "Jon Arden",
    }  # fmt: skip
    for one in told.values():
        assert one["certainty"] == "likely: the documents probably answer this question"
        assert one["agreement"].startswith("This changed over time: Mira Holt")


def test_a_record_says_that_the_documents_probably_do_not_answer(doubtful: Flask) -> None:
    records = retrieve(doubtful.test_client()).get_json()["records"]
    assert all(one["metadata"]["certainty"].startswith("unlikely: ") for one in records)
    assert not any("answer" in one["metadata"] for one in records)
