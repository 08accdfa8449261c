"""The Responses API, asked by OpenAI's own client and by a recorded request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from tests.fakes import WHO_HOLDS
from tests.service.conftest import Change, Sent
from tests.service.protocols.recording import recording

if TYPE_CHECKING:  # it takes seconds to import
    from openai import OpenAI

QUESTION = "Who weighs the copper at dawn?"
ANSWER = "Merchants weigh it at dawn."


@pytest.fixture(scope="module")
def chatbot(live: str) -> OpenAI:
    from openai import OpenAI

    return OpenAI(base_url=f"{live}/v1", api_key="anything", max_retries=0)


def items(reply: Any) -> list[dict[str, Any]]:
    """Return the items of the output of a response, as the client has read them."""
    found: list[dict[str, Any]] = reply.to_dict()["output"]
    return found


def test_the_official_client_sends_what_is_recorded_and_gets_the_recorded_reply(
    chatbot: OpenAI, sent: list[Sent], client: FlaskClient
) -> None:
    recorded = recording("openai_responses")
    chatbot.responses.create(model="default", input=QUESTION)
    [request] = sent
    assert (request.method, request.path) == (recorded.method, recorded.path)
    assert request.body == recorded.body
    recorded.replay(client)


def test_a_question_is_answered_with_citations(chatbot: OpenAI, live: str) -> None:
    reply = chatbot.responses.create(model="default", input=QUESTION)
    assert reply.status == "completed"
    assert reply.output_text.startswith(f"{ANSWER} [1]\n\n[1] ")
    search, message = items(reply)
    assert (search["type"], message["type"]) == ("file_search_call", "message")
    assert search["queries"] == [QUESTION]
    assert search["results"] is None
    [text] = message["content"]
    file, web = text["annotations"]
    assert (file["type"], file["filename"]) == ("file_citation", "harbour.md")
    assert text["text"][file["index"] :].startswith("[1]")
    assert web["type"] == "url_citation"
    assert text["text"][web["start_index"] : web["end_index"]] == "[1]"
    assert web["url"].startswith(f"{live}/documents/{file['file_id']}?start=")


def test_the_results_of_the_search_are_included_if_wanted(chatbot: OpenAI) -> None:
    reply = chatbot.responses.create(
        model="default", input=QUESTION, include=["file_search_call.results"],
        extra_body={"filters": {"path": "harbour"}},
    )  # fmt: skip
    [result] = items(reply)[0]["results"]
    assert result["filename"] == "harbour.md"
    assert ANSWER in result["text"]
    assert 0 <= result["score"] <= 1
    assert result["attributes"]["publisher"] == "Coast Gazette"


def test_the_last_message_of_the_user_is_the_question(chatbot: OpenAI) -> None:
    said: list[Any] = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "How long did lava flow?"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "?"}]},
        {"role": "user", "content": [{"type": "input_text", "text": QUESTION}]},
    ]
    reply = chatbot.responses.create(
        model="default", input=said, instructions="Cite.", temperature=0, store=False
    )
    assert reply.output_text.startswith(ANSWER)


def test_a_stream_builds_the_same_response(chatbot: OpenAI) -> None:
    whole = chatbot.responses.create(model="default", input=QUESTION)
    with chatbot.responses.stream(model="default", input=QUESTION) as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert final.output_text == whole.output_text
    kinds = [event.type for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    assert "response.file_search_call.searching" in kinds
    assert kinds.count("response.output_text.annotation.added") == 2
    assert [event.sequence_number for event in events] == list(range(len(events)))
    deltas = [one.delta for one in events if one.type == "response.output_text.delta"]
    assert "".join(deltas) == whole.output_text
    [streamed], [sent] = items(final)[1]["content"], items(whole)[1]["content"]
    assert streamed["annotations"] == sent["annotations"]


def test_without_an_answer_there_is_no_citation(chatbot: OpenAI, change_answers: Change) -> None:
    change_answers(evidence=None, answerable=False)
    reply = chatbot.responses.create(model="default", input=QUESTION)
    assert reply.output_text.startswith("I found no answer in the documents.")
    assert items(reply)[1]["content"][0]["annotations"] == []


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"model": "gpt-5"}, 404, "model"),
        ({"input": []}, 400, "input"),
        ({"input": ""}, 400, "input"),
        ({"input": [{"role": "assistant", "content": "x"}]}, 400, "input"),
        ({"background": True}, 400, "background"),
        ({"text": {"format": {"type": "json_schema"}}}, 400, "text.format.type"),
        ({"filters": {"colour": "red"}}, 400, "filters.colour"),
    ],
)
def test_what_cannot_be_answered_is_refused_as_openai_does(
    client: FlaskClient, fields: dict[str, Any], status: int, param: str
) -> None:
    body = {"model": "default", "input": QUESTION} | fields
    response = client.post("/v1/responses", json=body)
    assert response.status_code == status, response.text
    error = response.get_json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"].startswith(param)


def test_other_sources_stand_in_the_text_with_their_citations(live_offices: str) -> None:
    from openai import OpenAI

    chatbot = OpenAI(base_url=f"{live_offices}/v1", api_key="anything", max_retries=0)
    reply = chatbot.responses.create(model="default", input=WHO_HOLDS)
    assert reply.output_text.startswith("**Mira Holt** was the harbour master")
    assert "\n\nThis changed over time: Mira Holt (" in reply.output_text
    assert "; Jon Arden (2020-02-14 [" in reply.output_text
    message = reply.output[-1]
    assert message.type == "message"
    [part] = message.content
    assert part.type == "output_text"
    cited = {one.filename for one in part.annotations if one.type == "file_citation"}
    assert cited == {"new.md", "middle.md", "old.md"}
