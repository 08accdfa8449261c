from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.feedback.store import FeedbackStore, Judgement
from tests.fakes import THREE
from tests.service.conftest import problem_of
from tests.service.web.conftest import BROWSER, open_app, page
from tests.service.web.dom import Node, parse

QUESTION = "How many ships unload copper?"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("PINCITE_FEEDBACK", str(tmp_path / "feedback.sqlite"))
    return open_app(tmp_path, THREE).test_client()


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "feedback.sqlite")


def filled(form: Node) -> dict[str, Any]:
    return {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}


def form_of(client: FlaskClient, tag: str = "") -> Node:
    return page(client, q=QUESTION, tag=tag).all("form", class_="feedback")[0]


def test_a_reader_says_whether_a_passage_helped_and_goes_back(
    client: FlaskClient, store: FeedbackStore
) -> None:
    form = form_of(client, tag="ships")
    assert (form.attributes["action"], form.attributes["method"]) == ("/feedback", "post")
    buttons = form.all("button")
    assert [one.attributes["value"] for one in buttons] == ["yes", "no"]
    for button in buttons:
        data = filled(form) | {"helpful": button.attributes["value"]}
        response = client.post("/feedback", data=data, headers=BROWSER)
        assert response.status_code == 200
        back = parse(response.text).one("main").one("a").attributes["href"]
        assert page(client, back).one("h3").line == "The harbour of Thessaly"
    source = json.loads(client.get("/ask", query_string={"q": QUESTION}).data)["passages"][0]
    place = source["source"]
    assert store.judgements() == [
        Judgement(QUESTION, "harbour.md", place["start"], place["end"], helpful=1, unhelpful=1)
    ]


def test_a_script_is_answered_with_json(client: FlaskClient, store: FeedbackStore) -> None:
    data = filled(form_of(client)) | {"helpful": "no"}
    assert client.post("/feedback", data=data).json == {"status": "kept"}
    assert [one.unhelpful for one in store.judgements()] == [1]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("helpful", "perhaps", 422),
        ("q", " ", 422),
        ("q", "x" * 2001, 422),
        ("start", "1e3", 422),
        ("start", "7", 422),
        ("end", "7", 422),
        ("document_id", "0" * 16, 404),
    ],
)
def test_only_passages_of_the_index_are_judged(
    client: FlaskClient, tmp_path: Path, field: str, value: str, status: int
) -> None:
    data = filled(form_of(client)) | {"helpful": "yes", field: value}
    named = "start" if (field, value) == ("end", "7") else field
    problem_of(client.post("/feedback", data=data), status, named)
    assert not (tmp_path / "feedback.sqlite").exists()


def test_a_page_of_another_site_cannot_give_feedback(client: FlaskClient, tmp_path: Path) -> None:
    data = filled(form_of(client)) | {"helpful": "yes"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        problem_of(client.post("/feedback", data=data, headers=headers), 403)
    assert not (tmp_path / "feedback.sqlite").exists()


def test_going_back_leads_to_no_other_site(client: FlaskClient) -> None:
    data = filled(form_of(client)) | {"helpful": "yes", "back": "//evil.example"}
    response = client.post("/feedback", data=data, headers=BROWSER)
    assert parse(response.text).one("main").one("a").attributes["href"] == "/"


def test_where_it_cannot_be_kept_the_reader_is_told(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").mkdir()
    data = filled(form_of(client)) | {"helpful": "yes"}
    detail = problem_of(client.post("/feedback", data=data), 503)["detail"]
    assert str(tmp_path) not in detail
