"""Open WebUI's external web search, asked as Open WebUI does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes import WHO_HOLDS
from tests.service.protocols.recording import recording


def test_a_recorded_request_gets_the_recorded_reply(client: FlaskClient) -> None:
    recording("openwebui").replay(client)


def test_results_are_a_bare_list_of_passages(client: FlaskClient) -> None:
    results = client.post("/openwebui/search", json={"query": "copper lava", "count": 2}).get_json()
    assert [one.keys() for one in results] == [{"link", "title", "snippet"}] * 2
    page = client.get(results[0]["link"], headers={"Accept": "text/html"})
    assert results[0]["title"] in page.text


def test_filters_stand_in_the_address_that_is_set_in_open_webui(client: FlaskClient) -> None:
    asked = {"query": "copper lava", "count": 5}
    results = client.post("/openwebui/search?path=volcano", json=asked).get_json()
    assert {one["title"] for one in results} == {"Volcano"}
    refused = client.post("/openwebui/search?since=1980", json=asked)
    assert refused.status_code == 422
    assert refused.get_json()["detail"].startswith("since: ")


def test_links_lead_where_readers_are(doubtful: Flask) -> None:
    results = doubtful.test_client().post("/openwebui/search", json={"query": "copper"}).get_json()
    assert results[0]["link"].startswith("https://docs.example.org/p/documents/")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"query": ""}, "query"), ({}, "query"), ({"query": "x", "count": 0}, "count"), ([], "body")],
)
def test_what_cannot_be_searched_is_refused_by_name(
    client: FlaskClient, body: Any, field: str
) -> None:
    response = client.post("/openwebui/search", json=body)
    assert response.status_code == 422
    assert response.get_json()["detail"].startswith(f"{field}: ")


def test_the_first_snippet_says_how_likely_an_answer_is_and_whether_sources_agree(
    offices: Flask,
) -> None:
    first, *others = (
        offices.test_client().post("/openwebui/search", json={"query": WHO_HOLDS}).get_json()
    )
    remark, _, text = first["snippet"].partition("\n\n")
    assert remark.startswith(
        "[Pincite, not the document: likely: the documents probably answer this question. "
        "This changed over time: Mira Holt (2024-02-06 ["
    )
    assert text.startswith("Mira Holt was the harbour master")
    assert not any("Pincite" in one["snippet"] for one in others)
