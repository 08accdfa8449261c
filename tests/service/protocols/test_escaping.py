"""Markup of a document is shown by every protocol that replies in Markdown, and never obeyed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.fakes import build, write_files
from tests.service.conftest import MakeApp

MARKUP = "![{0}](https://evil.example/{0}?q) <img src=//evil.example/{0}> [{0}](//evil.example/{0})"
DOCUMENT = (
    f"---\ntitle: '{MARKUP.format('title')}'\npublisher: '{MARKUP.format('publisher')}'\n---\n\n"
    f"Copper {MARKUP.format('text')} is *heavy*.\n"
)


@pytest.fixture
def client(make_app: MakeApp, tmp_path: Path) -> FlaskClient:
    build(write_files(tmp_path / "d", {"a.md": DOCUMENT}), tmp_path / "index")
    return make_app(index=tmp_path / "index").test_client()


def chat(client: FlaskClient, *, stream: bool) -> str:
    asked = {"role": "user", "content": "Is copper heavy?"}
    body = {"model": "default", "messages": [asked], "stream": stream}
    reply = client.post("/v1/chat/completions", json=body)
    if not stream:
        return str(reply.get_json()["choices"][0]["message"]["content"])
    pieces = [event for event in events(reply.text) if event["choices"]]
    return "".join(piece["choices"][0]["delta"].get("content") or "" for piece in pieces)


def respond(client: FlaskClient, *, stream: bool) -> str:
    body = {"model": "default", "input": "Is copper heavy?", "stream": stream}
    reply = client.post("/v1/responses", json=body)
    if not stream:
        return str(reply.get_json()["output"][-1]["content"][0]["text"])
    deltas = [
        event["delta"] for event in events(reply.text) if event["type"].endswith("text.delta")
    ]
    return "".join(deltas)


def ask(client: FlaskClient, *, stream: bool) -> str:
    return client.get("/ask?q=copper", headers={"Accept": "text/markdown"}).text


def events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def inner(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from inner(token.children or [])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("write", [chat, respond, ask])
def test_no_markup_of_a_document_is_obeyed(
    client: FlaskClient, write: Callable[..., str], stream: bool
) -> None:
    content = write(client, stream=stream)
    assert "evil" in content
    tokens = list(inner(MarkdownIt("commonmark", {"html": True}).parse(content)))
    assert not {"image", "html_inline", "html_block"} & {token.type for token in tokens}
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert not [link for link in links if "evil" in link]
