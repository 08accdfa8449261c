"""The Model Context Protocol, asked by its own client over both transports."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from flask import Flask
from flask.testing import FlaskClient
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, TextContent

from index import DocumentError
from index.types import document_id
from service.app import create_app
from service.protocols.mcp.schemas import UNTRUSTED
from service.settings.settings import load_settings
from tests.conftest import ROOT
from tests.fakes import PINCITE, THREE, WHO_HOLDS, build, recipe_of, write_files
from tests.service.conftest import MakeApp, failing
from tests.service.protocols.recording import recording

QUESTION = "Who weighs the copper at dawn?"
HARBOUR = document_id("harbour.md")
HEADERS = {"Accept": "application/json, text/event-stream"}

Call = Callable[..., CallToolResult]


@pytest.fixture(params=["auto", "legacy"])
def connect(request: pytest.FixtureRequest, live: str) -> Callable[[], Client]:
    """Return a function that opens the official client, with the protocol of 2026 and of 2025."""
    return lambda: Client(f"{live}/mcp", mode=request.param)


@pytest.fixture
def call(connect: Callable[[], Client]) -> Call:
    def call_tool(name: str, **arguments: Any) -> CallToolResult:
        async def once() -> CallToolResult:
            async with connect() as client:
                return await client.call_tool(name, arguments)

        return anyio.run(once)

    return call_tool


def content(result: CallToolResult) -> dict[str, Any]:
    """Return the result of a tool: one text that holds JSON, equal to the structured content."""
    [block] = result.content
    assert isinstance(block, TextContent)
    assert not result.is_error, block.text
    assert json.loads(block.text) == result.structured_content
    found: dict[str, Any] = json.loads(block.text)
    return found


def failure(result: CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, TextContent)
    assert result.is_error
    return block.text


@pytest.mark.parametrize("name", ["mcp_initialize", "mcp_search", "mcp_fetch", "mcp_ask"])
def test_a_recorded_request_gets_the_recorded_reply(client: FlaskClient, name: str) -> None:
    recording(name).replay(client)


def test_the_tools_are_those_that_chatgpt_asks_for_and_ask(connect: Callable[[], Client]) -> None:
    async def listed() -> Any:
        async with connect() as client:
            assert UNTRUSTED in (client.instructions or "")
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in anyio.run(listed)}
    assert list(tools) == ["search", "fetch", "ask"]
    assert tools["search"].input_schema["required"] == ["query"]
    assert tools["fetch"].input_schema["required"] == ["id"]
    for tool in tools.values():
        assert UNTRUSTED in tool.description
        assert tool.annotations.read_only_hint


def test_what_is_found_can_be_fetched(call: Call) -> None:
    results = content(call("search", query=QUESTION))["results"]
    assert [one.keys() for one in results] == [{"id", "title", "url"}] * 3
    assert results[0]["title"] == "The harbour of Thessaly › Trade"
    fetched = content(call("fetch", id=results[0]["id"]))
    assert fetched.keys() == {"id", "title", "text", "url", "metadata"}
    assert fetched["text"].endswith("Merchants weigh it at dawn.")
    assert fetched["url"] == results[0]["url"]
    assert "lines 12-14" in fetched["metadata"]["citation"]
    assert fetched["metadata"]["notice"] == UNTRUSTED


def test_a_whole_document_is_fetched_by_its_id_without_its_front_matter(call: Call) -> None:
    fetched = content(call("fetch", id=HARBOUR))
    assert fetched["text"].strip() == THREE["harbour.md"].rpartition("---\n")[2].strip()
    assert "citation" not in fetched["metadata"]


@pytest.mark.system
def test_standard_input_and_output_are_a_transport_too(three: Path, tmp_path: Path) -> None:
    arguments = [
        "-c",
        PINCITE,
        "mcp",
        "--documents",
        str(three),
        "--index",
        str(tmp_path / "index"),
    ]
    command = StdioServerParameters(
        command=sys.executable, args=arguments, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )

    async def ask() -> tuple[list[str], list[CallToolResult]]:
        async with Client(command) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            found = await client.call_tool("search", {"query": "How long did lava flow?"})
            first = content(found)["results"][0]["id"]
            read = await client.call_tool("fetch", {"id": first})
            return tools, [found, read, await client.call_tool("ask", {"question": QUESTION})]

    tools, (found, read, asked) = anyio.run(ask)
    assert tools == ["search", "fetch", "ask"]
    volcano = (three / "volcano.md").as_uri()
    assert content(found)["results"][0]["url"] == content(read)["url"] == volcano
    assert content(asked)["answer"] == "Merchants weigh it at dawn."
    assert content(asked)["passages"][0]["url"] == "https://example.org/harbour"


def test_an_answer_is_quoted_with_its_passages(call: Call) -> None:
    reply = content(call("ask", question=QUESTION, top_k=1, since="1987-01-01", until="1987-12-31"))
    assert (reply["answer"], reply["answer_mark"]) == ("Merchants weigh it at dawn.", "[1]")
    [passage] = reply["passages"]
    assert passage["mark"] == "[1]"
    assert reply["answer"] in passage["text"]
    assert reply["notice"] == UNTRUSTED


@pytest.mark.parametrize(
    "chosen",
    [{"path": ["harbour"]}, {"document_id": [HARBOUR]}, {"where": ["path=harbour.md"]}],
)
def test_any_filter_chooses_the_sources_that_answer(call: Call, chosen: dict[str, Any]) -> None:
    reply = content(call("ask", question="volcano", **chosen))
    assert {one["id"].partition(":")[0] for one in reply["passages"]} == {HARBOUR}


def test_filters_that_pass_nothing_leave_no_answer(call: Call) -> None:
    reply = content(call("ask", question=QUESTION, since="2090-01-01"))
    assert (reply["answer"], reply["answer_mark"], reply["passages"]) == (None, None, [])
    assert reply["notes"] == ["No source passes the filters, so nothing was searched."]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("search", {"query": ""}, "query: "),
        ("search", {"query": "a" * 2001}, "query: "),
        ("search", {"query": "copper", "limit": 3}, "limit: "),
        ("ask", {"question": "copper", "since": "1980"}, "since: expected a day as YYYY-"),
        ("ask", {"question": "copper", "top_k": 51}, "top_k: "),
        ("fetch", {"id": "nobody"}, "there is no document 'nobody'; use an id from search or ask"),
        ("fetch", {"id": f"{HARBOUR}:9-9"}, "lies outside of its document"),
        ("fetch", {"id": f"{HARBOUR}:0-9999"}, f"which is {HARBOUR}:0-305"),
    ],
)
def test_what_a_tool_cannot_do_is_said_to_the_model(
    live: str, name: str, arguments: dict[str, Any], message: str
) -> None:
    async def once() -> CallToolResult:
        async with Client(f"{live}/mcp") as client:
            return await client.call_tool(name, arguments)

    assert message in failure(anyio.run(once))


def test_an_unknown_tool_is_an_error_of_the_protocol(live: str) -> None:
    async def once() -> None:
        async with Client(f"{live}/mcp") as client:
            with pytest.raises(MCPError, match="tools are search, fetch, ask"):
                await client.call_tool("delete", {})

    anyio.run(once)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DocumentError("the disk is full"), "the disk is full"),
        (ZeroDivisionError("secret"), "an unexpected error; the log of the server has the details"),
    ],
)
def test_what_goes_wrong_is_said_without_a_traceback(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture, error: Exception, said: str
) -> None:
    client = make_app(collaborators={"retriever_of": failing(error)}).test_client()
    asked = recording("mcp_search")
    reply = client.post("/mcp", json=asked.body, headers=asked.headers).get_json()
    assert reply["result"]["isError"]
    assert reply["result"]["content"][0]["text"] == said
    assert ("secret" in caplog.text) == (str(error) == "secret")


def test_a_long_document_is_read_in_parts(make_app: MakeApp, three: Path, index: Path) -> None:
    text = "\n\n".join(f"Lava flowed for {number} weeks." for number in range(2500))
    build(write_files(three, {"long.txt": text}), index)
    client = make_app(index=index, documents=three).test_client()
    asked = recording("mcp_fetch")
    identity, read = document_id("long.txt"), []
    while identity:
        body = asked.body | {"params": {"name": "fetch", "arguments": {"id": identity}}}
        reply = client.post("/mcp", json=body, headers=asked.headers).get_json()
        fetched = reply["result"]["structuredContent"]
        read.append(fetched["text"])
        identity = fetched["metadata"].get("next", "")
    assert len(read) == 2
    assert "".join(read) == text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:8000"}, 200),
        ({"Host": "localhost:1234"}, 200),
        ({"Host": "[::1]:8000"}, 200),
        ({"Host": "host.docker.internal:8000"}, 200),
        ({"Host": "rebound.example:8000"}, 421),
        ({"Host": "127.0.0.1.rebound.example:8000"}, 421),
        ({"Host": "docs.example.org"}, 421),
        ({"Origin": "http://127.0.0.1"}, 200),
        ({"Origin": "http://localhost:6274"}, 403),
        ({"Origin": "http://page.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Authorization": "Bearer anything"}, 200),
    ],
)
def test_hosts_and_origins_of_others_are_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    body = recording("mcp_search").body
    response = client.post("/mcp", json=body, headers={"Host": "127.0.0.1", **HEADERS, **headers})
    assert response.status_code == status, response.text


def test_the_public_address_is_allowed_and_linked_to(doubtful: Flask) -> None:
    body = recording("mcp_search").body
    headers = HEADERS | {"Host": "docs.example.org", "Origin": "https://docs.example.org"}
    reply = doubtful.test_client().post("/mcp", json=body, headers=headers).get_json()
    [first, *_] = reply["result"]["structuredContent"]["results"]
    assert first["url"].startswith(f"https://docs.example.org/p/documents/{HARBOUR}?start=")


def test_no_stream_holds_a_thread(client: FlaskClient) -> None:
    for method in ("GET", "DELETE"):
        response = client.open("/mcp", method=method, headers={"Accept": "text/event-stream"})
        assert response.status_code == 405
        assert "POST" in response.headers["Allow"]


def test_a_body_that_is_too_large_is_an_error_of_json_rpc(client: FlaskClient) -> None:
    response = client.post("/mcp", json={"a": "b" * 100_000}, headers=HEADERS)
    assert response.status_code == 413
    assert response.get_json()["error"]["code"] == -32600


def test_many_ask_at_once(live: str) -> None:
    async def all_at_once() -> list[str]:
        answers: list[str] = []

        async def once() -> None:
            async with Client(f"{live}/mcp") as client:
                result = await client.call_tool("ask", {"question": QUESTION})
                answers.append(content(result)["answer"])

        async with anyio.create_task_group() as tasks:
            for _ in range(12):
                tasks.start_soon(once)
        return answers

    assert anyio.run(all_at_once) == ["Merchants weigh it at dawn."] * 12


def test_an_id_stays_when_other_documents_change(three: Path, index: Path) -> None:
    def use(name: str, **arguments: str) -> dict[str, Any]:
        """Call a tool of a service that is started anew."""
        call = {"name": name, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        client = create_app(load_settings(index=index), recipe_of=recipe_of).test_client()
        reply = client.post("/mcp", json=message, headers=HEADERS).get_json()
        found: dict[str, Any] = reply["result"]["structuredContent"]
        return found

    identity = use("search", query=QUESTION)["results"][0]["id"]
    before = use("fetch", id=identity)
    write_files(three, {"aaa.md": "Another document.", "harbour2.md": "A second harbour."})
    (three / "volcano.md").unlink()
    build(three, index)
    assert use("fetch", id=identity) == before
    assert identity in [one["id"] for one in use("search", query=QUESTION)["results"]]


def test_an_answer_comes_with_its_words_and_what_other_sources_say(live_offices: str) -> None:
    async def asked() -> CallToolResult:
        async with Client(f"{live_offices}/mcp") as client:
            return await client.call_tool("ask", {"question": WHO_HOLDS})

    found = content(anyio.run(asked))
    assert (found["answer_words"], found["certainty"]) == ("Mira Holt", "likely")
    assert found["certainty_meaning"] == "the documents probably answer this question"
    assert found["agreement"].startswith("This changed over time: Mira Holt (2024-02-06 [")
    same, other = found["alternatives"]
    assert (same["agrees"], same["dates"]) == (True, ["2023-04-17"])
    assert (other["text"], other["dates"]) == ("Jon Arden", ["2020-02-14"])
    [mark] = other["marks"]
    [quote] = [one for one in found["passages"] if one["mark"] == mark]
    assert quote["text"].startswith("Jon Arden")
