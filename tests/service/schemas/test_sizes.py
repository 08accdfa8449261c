"""No request can make a filter take more than a small, bounded time."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from index import Not, OneOf
from service.schemas.conditions import LONGEST_VALUE, MOST_VALUES, check_size
from tests.service.conftest import problem_of

LONG = "a" * (LONGEST_VALUE + 1)
MANY = [f"v{number}" for number in range(MOST_VALUES + 1)]


def ask(client: FlaskClient, filters: object) -> int:
    return client.post("/ask", json={"question": "lava", "filters": filters}).status_code


@pytest.mark.parametrize("field", ["publisher", "author", "tags", "path", "document_ids"])
def test_a_field_holds_a_hundred_values_of_a_thousand_characters(
    client: FlaskClient, field: str
) -> None:
    assert ask(client, {field: MANY[1:]}) == 200
    assert ask(client, {field: MANY}) == 422
    assert ask(client, {field: ["a" * LONGEST_VALUE]}) == 200
    assert ask(client, {field: [LONG]}) == 422


def test_metadata_hold_a_hundred_keys_of_a_hundred_values(client: FlaskClient) -> None:
    assert ask(client, {"metadata": {"k": MANY[1:]}}) == 200
    for metadata in (
        {"k": MANY}, {"k": {"all": MANY}}, {"k": LONG}, {"k": {"gte": LONG}}, {LONG: "v"},
        dict.fromkeys(MANY, "v"),
    ):  # fmt: skip
        assert ask(client, {"metadata": metadata}) == 422, str(metadata)[:60]


@pytest.mark.parametrize("values", [[f"k={value}" for value in MANY], [f"k={LONG}"]], ids=len)
def test_an_address_holds_a_hundred_conditions(client: FlaskClient, values: list[str]) -> None:
    problem_of(client.get("/ask", query_string={"q": "lava", "where": values}), 422, "where")


def test_many_signs_cost_no_more_than_others(client: FlaskClient) -> None:
    condition = "+" * 5000 + "a" + "+" * 5000
    problem_of(client.get("/ask", query_string={"q": "z", "where": condition}), 422, "where")


SEARCH = "/v1/vector_stores/default/search"


def compare(value: object, kind: str = "in") -> dict[str, object]:
    return {"type": kind, "key": "k", "value": value}


@pytest.mark.parametrize(
    "filters",
    [
        compare(MANY * 6),
        compare(LONG, "eq"),
        {"type": "and", "filters": [compare("v", "eq")] * 300},
        {"type": "or", "filters": [{"type": "and", "filters": []}] * 600},
    ],
    ids=["values", "long", "conditions", "empty"],
)
def test_a_search_of_a_vector_store_is_bounded_too(client: FlaskClient, filters: object) -> None:
    assert client.post(SEARCH, json={"query": "lava", "filters": filters}).status_code == 400


@pytest.mark.parametrize("value", [MANY * 6, LONG])
def test_conditions_of_dify_are_bounded_too(client: FlaskClient, value: object) -> None:
    operator = "in" if isinstance(value, list) else "is"
    condition = {"name": "k", "comparison_operator": operator, "value": value}
    assert retrieve(client, condition) == 422


def retrieve(client: FlaskClient, condition: object) -> int:
    return client.post(
        "/retrieval",
        headers={"Authorization": "Bearer any"},
        json={
            "knowledge_id": "default",
            "query": "lava",
            "retrieval_setting": {"top_k": 1},
            "metadata_condition": {"conditions": [condition]},
        },
    ).status_code


@pytest.mark.parametrize("operator", ["is", "=", "<", "in", "before", "contains"])
@pytest.mark.parametrize("number", [2**64, -(2**64), 10**400])
def test_a_number_past_64_bits_is_compared_or_refused(
    client: FlaskClient, operator: str, number: int
) -> None:
    value = [number] if operator == "in" else number
    condition = {"name": "pages", "comparison_operator": operator, "value": value}
    assert retrieve(client, condition) in {200, 422}


def test_what_denies_and_joins_is_counted() -> None:
    one = OneOf("k", ("v",))
    check_size(Not(one))
    with pytest.raises(ValueError, match="at most"):
        check_size(Not(OneOf("k", tuple(MANY * 6))))
