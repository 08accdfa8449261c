from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.types import document_id
from service.schemas.runs import ReportReply
from tests.fakes import THREE
from tests.service.conftest import problem_of

HARBOUR = document_id("harbour.md")


def listed(client: FlaskClient, address: str = "") -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(client.get(f"/documents{address}").data)
    return reply


def test_all_documents_are_listed_by_path(client: FlaskClient) -> None:
    reply = listed(client)
    assert [one["path"] for one in reply["documents"]] == sorted(THREE)
    assert reply["total"] == len(THREE)
    assert reply["generation"] == json.loads(client.get("/readyz").data)["generation"]
    assert reply["run"]["counts"] == {"indexed": 3, "unchanged": 0, "skipped": 0, "failed": 0}


def test_the_report_of_the_last_run_is_what_the_command_prints(client: FlaskClient) -> None:
    report = ReportReply.model_validate_json(client.get("/documents/report").data)
    assert report.generation == json.loads(client.get("/readyz").data)["generation"]
    assert {file.path: (file.status, file.passages) for file in report.files} == dict.fromkeys(
        THREE, ("indexed", 1)
    )


@pytest.mark.parametrize(
    ("address", "paths"),
    [
        ("?limit=1", sorted(THREE)[:1]),
        ("?limit=1&offset=1", sorted(THREE)[1:2]),
        ("?offset=2", sorted(THREE)[2:]),
        ("?limit=1000&offset=0", sorted(THREE)),
        ("?offset=3", []),
        ("?offset=2147483648", []),
    ],
)
def test_the_list_comes_in_pages(client: FlaskClient, address: str, paths: list[str]) -> None:
    reply = listed(client, address)
    assert [one["path"] for one in reply["documents"]] == paths
    assert reply["total"] == len(THREE)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?limit=-1", "limit"),
        ("?limit=x", "limit"),
        ("?limit=1.0", "limit"),
        ("?limit=", "limit"),
        ("?limit=%D9%A5", "limit"),
        ("?offset=-1", "offset"),
        ("?offset=2147483649", "offset"),
        ("?offset=" + "9" * 5000, "offset"),
        ("?offset=" + "0" * 12 + "9" * 30, "offset"),
    ],
)
def test_a_page_that_cannot_be_is_refused(client: FlaskClient, address: str, field: str) -> None:
    problem = problem_of(client.get(f"/documents{address}"), 422, field)
    assert "a whole number from" in problem["errors"][0]["allowed"]


def test_a_document_is_given_with_its_text_and_all_that_is_known_of_it(
    client: FlaskClient,
) -> None:
    assert json.loads(client.get(f"/documents/{HARBOUR}").data) == {
        "id": HARBOUR,
        "path": "harbour.md",
        "title": "The harbour of Thessaly",
        "publisher": "Coast Gazette",
        "authors": ["Ada Quill", "Ben Orr"],
        "date": "1987-03-05",
        "url": "https://example.org/harbour",
        "language": "en",
        "tags": ["ships"],
        "source": "Old harbour, Coast Gazette",
        "file_date": None,
        "metadata": {},
        "origins": dict.fromkeys(
            ("title", "publisher", "authors", "date", "url", "language", "tags", "source"), "stated"
        ),
        "copies": [],
        "stale": False,
        "text": THREE["harbour.md"],
    }


def test_a_document_is_found_by_its_path_too(client: FlaskClient) -> None:
    found = json.loads(client.get("/documents/notes/orchard_log.txt").data)
    assert found["id"] == document_id("notes/orchard_log.txt")


@pytest.mark.parametrize("identity", ["nobody", "0" * 16, "..%2fetc%2fpasswd", "%00", "%ff", "ü"])
def test_an_unknown_document_is_refused_by_name(client: FlaskClient, identity: str) -> None:
    problem = problem_of(client.get(f"/documents/{identity}"), 404)
    assert "/" in identity or "%2f" in identity or problem["errors"][0]["field"] == "document_id"


@pytest.mark.parametrize("address", ["", f"/{HARBOUR}"])
def test_a_browser_gets_a_page_and_caches_are_told(client: FlaskClient, address: str) -> None:
    for accept, mimetype in (("text/html", "text/html"), ("application/json", "application/json")):
        response = client.get(f"/documents{address}", headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, mimetype)
        assert "Accept" in response.headers["Vary"]
        assert "The harbour of Thessaly" in response.text


@pytest.mark.parametrize(
    ("address", "field"),
    [("start=x", "start"), ("start=999999", "start"), ("start=9&end=8", "end")],
)
def test_a_page_for_a_passage_that_is_not_there_is_refused(
    client: FlaskClient, address: str, field: str
) -> None:
    response = client.get(f"/documents/{HARBOUR}?{address}", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert field in response.text.lower()
