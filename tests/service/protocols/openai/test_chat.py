"""Chat completions and models, asked by OpenAI's own client and by recorded requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes import WHO_HOLDS
from tests.service.conftest import Change, MakeApp, Sent, failing
from tests.service.protocols.recording import recording

if TYPE_CHECKING:  # it takes seconds to import
    from openai import OpenAI

QUESTION = "Who weighs the copper at dawn?"


@pytest.fixture(scope="module")
def chatbot(live: str) -> OpenAI:
    from openai import OpenAI

    return OpenAI(base_url=f"{live}/v1", api_key="anything", max_retries=0)


def says(*messages: tuple[str, Any]) -> list[Any]:
    return [{"role": role, "content": content} for role, content in messages]


def refusal(client: FlaskClient, status: int = 400, **fields: Any) -> dict[str, Any]:
    body = {"model": "default", "messages": says(("user", QUESTION))} | fields
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.get_json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    return error


@pytest.mark.parametrize("name", ["openai_chat", "openai_chat_stream", "openai_models"])
def test_a_recorded_request_gets_the_recorded_reply(client: FlaskClient, name: str) -> None:
    recording(name).replay(client)


def test_the_official_client_sends_what_is_recorded(chatbot: OpenAI, sent: list[Sent]) -> None:
    chatbot.chat.completions.create(model="default", messages=says(("user", QUESTION)))
    chatbot.chat.completions.create(
        model="default",
        messages=says(("user", QUESTION)),
        stream=True,
        stream_options={"include_usage": True},
    ).close()
    for name, request in zip(("openai_chat", "openai_chat_stream"), sent, strict=True):
        recorded = recording(name)
        assert (request.method, request.path) == (recorded.method, recorded.path)
        assert request.body == recorded.body
        assert request.headers["Authorization"] == "Bearer anything"


def test_filters_choose_the_sources_that_answer(chatbot: OpenAI) -> None:
    reply = chatbot.chat.completions.create(
        model="default",
        messages=says(("user", QUESTION)),
        extra_body={"filters": {"path": "volcano"}},
    )
    annotations = reply.choices[0].message.annotations
    assert annotations
    assert {one.url_citation.title for one in annotations} == {"Volcano"}


def test_filters_that_cannot_be_used_are_refused_by_name(client: FlaskClient) -> None:
    assert refusal(client, filters={"since": "1980"})["param"] == "filters.since"


def test_the_answer_is_the_evidence_and_its_mark_is_where_the_annotation_says(
    chatbot: OpenAI, client: FlaskClient
) -> None:
    reply = chatbot.chat.completions.create(model="default", messages=says(("user", QUESTION)))
    message = reply.choices[0].message
    assert message.content is not None
    assert message.content.startswith("Merchants weigh it at dawn. [1]\n\n[1] Ada Quill, Ben Orr")
    assert message.annotations is not None
    [citation] = [one.url_citation for one in message.annotations]
    assert message.content[citation.start_index : citation.end_index] == "[1]"
    assert citation.title == "The harbour of Thessaly"
    address = urlsplit(citation.url)
    page = client.get(f"{address.path}?{address.query}", headers={"Accept": "text/html"})
    assert "<mark" in page.text
    assert f'id="{address.fragment}"' in page.text


def test_a_stream_says_the_same_as_a_whole_answer(chatbot: OpenAI) -> None:
    messages = says(("user", QUESTION))
    whole = chatbot.chat.completions.create(model="default", messages=messages).choices[0]
    with chatbot.chat.completions.stream(model="default", messages=messages) as stream:
        pieces = [event.content for event in stream if event.type == "content.done"]
        final = stream.get_final_completion().choices[0]
    assert pieces == [whole.message.content]
    assert final.finish_reason == whole.finish_reason == "stop"
    chunks = list(chatbot.chat.completions.create(model="default", messages=messages, stream=True))
    assert len({chunk.id for chunk in chunks}) == 1
    told = [chunk.choices[0].delta.model_dump().get("annotations") for chunk in chunks]
    assert whole.message.annotations is not None
    assert [one for one in told if one] == [[one.model_dump() for one in whole.message.annotations]]


def test_the_question_is_what_the_user_said_last(chatbot: OpenAI) -> None:
    messages = says(
        ("system", "Answer in rhyme."),
        ("user", "How long did lava flow?"),
        ("assistant", "Lava flowed for seven weeks. [1]"),
        ("user", [
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            {"type": "text", "text": "Who weighs the copper"},
            {"type": "text", "text": "at dawn?"},
        ]),
    )  # fmt: skip
    reply = chatbot.chat.completions.create(model="default", messages=messages, temperature=0.2)
    assert (reply.choices[0].message.content or "").startswith("Merchants weigh it at dawn. [1]")


def test_without_an_answer_it_says_so_and_tells_the_nearest_sources_apart(doubtful: Flask) -> None:
    body = {"model": "default", "messages": says(("user", QUESTION))}
    reply = doubtful.test_client().post("/v1/chat/completions", json=body).get_json()
    message = reply["choices"][0]["message"]
    claim, sure, heading, *sources = message["content"].split("\n\n")
    assert claim == "I found no answer in the documents."
    assert sure == "Unlikely: the documents probably do not answer this question."
    assert heading == "The nearest passages are in:"
    assert [one.partition(" ")[0] for one in sources] == ["[1]", "[2]", "[3]"]
    assert "([source](https://docs.example.org/p/documents/" in sources[0]
    assert message["annotations"] == []


def test_without_passages_it_says_why(client: FlaskClient, change_answers: Change) -> None:
    note = "No source passes the filters, so nothing was searched."
    change_answers(evidence=None, passages=(), notes=(note,))
    body = {"model": "default", "messages": says(("user", QUESTION))}
    reply = client.post("/v1/chat/completions", json=body).get_json()
    content = reply["choices"][0]["message"]["content"]
    assert content == f"I found no answer in the documents.\n\n{note}"


def test_the_models_are_the_documents(chatbot: OpenAI) -> None:
    [model] = chatbot.models.list().data
    assert model.id == "default"
    assert chatbot.models.retrieve("default") == model
    from openai import NotFoundError

    with pytest.raises(NotFoundError) as refused:
        chatbot.models.retrieve("gpt-5")
    assert refused.value.code == "model_not_found"


def test_another_model_is_an_error_of_openai(chatbot: OpenAI) -> None:
    from openai import NotFoundError

    with pytest.raises(NotFoundError) as refused:
        chatbot.chat.completions.create(model="gpt-5", messages=says(("user", QUESTION)))
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")
    assert "'default'" in refused.value.message


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": says(("system", "Be kind."))}, "messages"),
        ({"messages": says(("user", " "))}, "messages"),
        ({"messages": says(("user", "a" * 2001))}, "messages"),
        ({"messages": says(("user", "a\x00b"))}, "messages"),
        ({"messages": says(("user", [{"type": "image_url"}]))}, "messages"),
        ({"n": 2}, "n"),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"model": None}, "model"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    client: FlaskClient, fields: dict[str, Any], param: str
) -> None:
    error = refusal(client, **fields)
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert param in error["message"]


def test_bad_json_a_wrong_media_type_and_a_bug_are_errors_of_openai(make_app: MakeApp) -> None:
    broken = {"retriever_of": failing(ZeroDivisionError())}
    client = make_app(collaborators=broken).test_client()
    for data, mimetype in ((b"{", "application/json"), (b"{}", "text/plain")):
        response = client.post("/v1/chat/completions", data=data, content_type=mimetype)
        assert (response.status_code, *response.get_json()) == (400, "error")
    assert refusal(client, status=500)["type"] == "server_error"


def test_a_long_chat_is_taken_and_an_endless_one_refused(client: FlaskClient) -> None:
    for size, status in ((100_000, 200), (5_000_000, 413)):
        messages = says(("assistant", "a" * size), ("user", QUESTION))
        body = json.dumps({"model": "default", "messages": messages})
        response = client.post("/v1/chat/completions", data=body, content_type="application/json")
        assert response.status_code == status
        assert ("error" in response.get_json()) == (status == 413)


@pytest.mark.parametrize(
    ("header", "status"),
    [("Bearer {}", 200), ("bearer {}", 200), ("Bearer ", 401), ("Basic eA==", 401), ("x", 401)],
)
def test_where_there_are_keys_one_is_needed(
    make_app: MakeApp, tokens: Mapping[str, str], header: str, status: int
) -> None:
    headers = {"Authorization": header.format(tokens["ask"])}
    response = make_app().test_client().get("/v1/models", headers=headers)
    assert response.status_code == status
    if status == 401:
        assert response.get_json()["error"]["code"] == "invalid_api_key"


@pytest.mark.parametrize("header", ["Bearer x", "bearer", "Bearer "])
def test_any_token_will_do_where_there_are_none(client: FlaskClient, header: str) -> None:
    response = client.get("/v1/models", headers={"Authorization": header})
    assert response.status_code == 200


def test_the_words_that_answer_are_bold_and_other_sources_follow_with_their_marks(
    live_offices: str,
) -> None:
    from openai import OpenAI

    chatbot = OpenAI(base_url=f"{live_offices}/v1", api_key="anything", max_retries=0)
    reply = chatbot.chat.completions.create(model="default", messages=says(("user", WHO_HOLDS)))
    message = reply.choices[0].message
    assert message.content is not None
    sentence, others, sure, *sources = message.content.split("\n\n")
    assert sentence.startswith("**Mira Holt** was the harbour master of Thessaly in 2024")
    assert others.startswith("This changed over time: Mira Holt (2024-02-06 [")
    assert "; Jon Arden (2020-02-14 [" in others
    assert sure == "Likely: the documents probably answer this question."
    assert len(sources) == 3
    marks = [one.url_citation for one in message.annotations or ()]
    assert [message.content[one.start_index : one.end_index] for one in marks[1:]] == [
        line.partition(" ")[0] for line in sorted(sources, key=lambda line: others.index(line[:3]))
    ]
    assert [one.title for one in marks[-1:]] == ["The storm"]


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.6, "Uncertain: the documents speak of this but may not say it."),
        (0.2, "Unlikely: the documents probably do not answer this question."),
        (0.8, "Likely: the documents probably answer this question."),
        (None, None),
    ],
)
def test_how_sure_an_answer_is_stands_below_it_in_words(
    chatbot: OpenAI, change_answers: Change, confidence: float | None, said: str | None
) -> None:
    change_answers(confidence=confidence)
    reply = chatbot.chat.completions.create(model="default", messages=says(("user", QUESTION)))
    text = reply.choices[0].message.content or ""
    assert text.split("\n\n")[1:-1] == ([said] if said else [])
