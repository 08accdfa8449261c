"""Every section of service/README.md on a chatbot runs as it is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.types import CallToolResult

from service.app import create_app
from service.settings.settings import load_settings
from tests.conftest import ROOT
from tests.fakes import PINCITE, build, recipe
from tests.readme import blocks
from tests.server import free_port
from tests.service.conftest import serve

pytestmark = pytest.mark.system

ADDRESS = "http://127.0.0.1:8000"
_README = "service/README.md"
PROGRAMS = {name: text for name, text in blocks("python", _README) if name}
COMMANDS = {name: text for name, text in blocks("sh", _README) if name}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where the documents that ship are served, searched by the fake model."""
    index = tmp_path_factory.mktemp("readme") / "index"
    build(ROOT / "documents", index)
    app = create_app(load_settings(index=index), recipe_of=lambda _: recipe())
    with serve(app) as address:
        yield address


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def output(name: str, address: str) -> str:
    """Return the output of a program or a command of the README."""
    shell = ["bash", "-euc", COMMANDS[name]] if name in COMMANDS else []
    done = subprocess.run(
        [one.replace(ADDRESS, address) for one in shell or [sys.executable, "-c", PROGRAMS[name]]],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "name",
    ["client", "openai chat", "openai responses", "openai search", "langchain", "llamaindex"],
)
def test_a_program_cites_the_document_that_answers(name: str, address: str) -> None:
    assert "President Ilham Aliyev and Vladimir Norov meet in Munich" in output(name, address)


def test_a_chat_answers_with_a_mark_and_its_source(address: str) -> None:
    lines = output("openai chat", address).splitlines()
    assert lines[0].startswith("Vladimir Norov was Secretary-General")
    assert lines[0].endswith(" [1]")
    assert lines[2].startswith("[1] ")
    assert lines[-1].startswith("President Ilham Aliyev and Vladimir Norov meet in Munich http")


def test_a_list_of_questions_gets_a_list_of_replies(address: str) -> None:
    replies = json.loads(output("batch", address))
    assert [len(one["passages"]) for one in replies] == [1, 1]


def test_search_results_are_part_of_a_message_to_claude(address: str) -> None:
    message = json.loads(output("claude", address))
    assert {one["type"] for one in message["content"]} == {"search_result", "text"}
    assert "Vladimir Norov" in json.dumps(message)


def test_the_requests_of_dify_and_open_webui_are_answered(address: str) -> None:
    [first, *_] = json.loads(output("dify", address))["records"]
    assert first["metadata"]["path"] == "2020-02-14-munich-meeting.md"
    results = json.loads(output("open webui", address))
    assert [one.keys() for one in results] == [{"link", "title", "snippet"}] * 3


def test_the_settings_for_a_chatbot_on_this_machine_start_one(tmp_path: Path) -> None:
    [text] = [text for name, text in blocks("json", _README) if name == "mcp settings"]
    text = text.replace("/path/to/documents", str(ROOT / "documents"))
    settings = json.loads(text.replace("/path/to/index", str(tmp_path / "index")))
    server = settings["mcpServers"]["pincite"]
    assert server["command"].endswith("/pincite")
    command = StdioServerParameters(
        command=sys.executable, args=["-c", PINCITE, *server["args"]], env=environment()
    )

    async def ask() -> CallToolResult:
        async with Client(command) as client:
            return await client.call_tool("ask", {"question": "Who met in Munich?"})

    assert "Munich" in json.dumps(anyio.run(ask).structured_content)


@pytest.fixture
def bot(address: str) -> Iterator[str]:
    """Return the address of the README's bot."""
    port = free_port()
    program = PROGRAMS["bot"].replace(ADDRESS, address).replace("8001", str(port))
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as process:
        yield f"http://127.0.0.1:{port}/"
        process.terminate()


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"command": "/ask", "text": "Who led the SCO in February 2020?"}},
        {"json": {"type": "message", "text": "<at>Bot</at> Who led the SCO in February 2020?"}},
    ],
    ids=["a slash command", "an outgoing webhook"],
)
def test_the_bot_answers_whoever_sends(bot: str, sent: dict[str, Any]) -> None:
    reply = send(bot, sent).json()
    assert reply["type"] == "message"
    assert "Norov" in reply["text"]
    assert "lines" in reply["text"]


def send(address: str, sent: dict[str, Any]) -> httpx.Response:
    """Send once the bot listens."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return httpx.post(address, timeout=60, **sent)
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_no_program_is_left_out() -> None:
    assert set(PROGRAMS) == {
        "client", "openai chat", "openai responses", "openai search", "claude", "langchain",
        "llamaindex", "bot",
    }  # fmt: skip
    assert set(COMMANDS) == {"batch", "dify", "open webui"}
    assert len(PROGRAMS["bot"].splitlines()) <= 28
