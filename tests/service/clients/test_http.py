from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from flask import Flask

from index.types import document_id
from service.clients.http import Client, ServiceError
from service.schemas.answers import AskReply
from service.schemas.problems import ProblemReply
from tests.fakes import THREE
from tests.server import free_port
from tests.service.conftest import MakeApp


@pytest.fixture
def client(app: Flask) -> Iterator[Client]:
    with Client("http://localhost", transport=httpx.WSGITransport(app)) as client:
        yield client


def test_a_question_is_answered_with_cited_passages(client: Client) -> None:
    reply = client.ask("Who weighs the copper at dawn?", top_k=2)
    assert reply.answer is not None
    assert reply.answer.text == "Merchants weigh it at dawn."
    assert reply.passages[reply.answer.citation - 1].source.title == "The harbour of Thessaly"
    assert len(reply.passages) == 2


def test_every_choice_reaches_the_service(client: Client) -> None:
    reply = client.ask(
        "copper",
        filters={"since": "1987-01-01", "metadata": {}},
        asked_on=dt.date(1988, 1, 1),
        prefer="recent",
        citation_format="bibtex",
    )
    assert {one.source.path for one in reply.passages} == {"harbour.md"}
    assert str(reply.passages[0].source.reference).startswith("@")
    assert reply.notes[-1].endswith("are sorted newest first.")


def test_many_questions_are_asked_at_once(client: Client) -> None:
    first, second = client.ask_all(["lava", ""], top_k=1)
    assert isinstance(first, AskReply)
    assert first.passages[0].source.path == "volcano.md"
    assert isinstance(second, ProblemReply)
    assert second.errors[0].field == "question"


def test_documents_are_listed_and_read(client: Client) -> None:
    listed = client.documents(limit=2)
    assert ([one.path for one in listed.documents], listed.total) == (sorted(THREE)[:2], 3)
    assert client.document(document_id("volcano.md")).text == THREE["volcano.md"]
    assert client.ready().generation == listed.generation


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"top_k": 99}, "refused the request (422): top_k: found 99, allowed: a whole number"),
        ({"filters": {"colour": "red"}}, "refused the request (422): filters.colour"),
    ],
)
def test_what_is_refused_is_said(client: Client, options: dict[str, Any], part: str) -> None:
    with pytest.raises(ServiceError) as refused:
        client.ask("lava", **options)
    assert part in str(refused.value)
    assert refused.value.problem is not None
    assert refused.value.problem.errors
    assert refused.value.retry_after is None


@pytest.mark.parametrize("identity", ["x", "a/b", "../healthz", "a?b"])
def test_a_document_that_is_not_there_is_said(client: Client, identity: str) -> None:
    with pytest.raises(ServiceError, match=r"\(404\)"):
        client.document(identity)


def test_a_key_is_sent_and_a_limit_says_when_to_come_again(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    transport = httpx.WSGITransport(make_app(rate_limit="1/minute"))
    with (
        Client("http://localhost", transport=transport) as stranger,
        pytest.raises(ServiceError, match=r"\(401\): a key is needed"),
    ):
        stranger.ask("lava")
    with Client("http://localhost", tokens["ask"], transport=transport) as client:
        assert client.ask("lava").passages
        with pytest.raises(ServiceError, match=r"\(429\)") as later:
            client.ask("lava")
    assert 1 <= (later.value.retry_after or 0) <= 61  # a window ends on a whole second


def test_a_question_goes_over_the_network(live: str) -> None:
    with Client(f"{live}/") as client:
        assert client.ask("lava", top_k=1).passages


def test_what_is_no_pincite_is_said(live: str) -> None:
    with Client(f"{live}/elsewhere") as client, pytest.raises(ServiceError, match=r"\(404\)"):
        client.ask("lava")
    for url in (f"http://127.0.0.1:{free_port()}", "not an address", "http://[", ""):
        with (
            pytest.raises(ServiceError, match="start one with: pincite serve"),
            Client(url) as client,
        ):
            client.ask("lava")


def test_what_a_proxy_says_is_said(live: str) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(502, text="<html>bad"))
    with (
        Client(live, transport=transport) as client,
        pytest.raises(ServiceError, match=r"\(502\): Bad Gateway"),
    ):
        client.ready()
