"""No request makes a handler hold the interpreter for long at a stretch."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from service.commands.granian_server import _HEAD
from tests.holds import longest_hold
from tests.service.conftest import MakeApp

ALLOWED = 0.05  # seconds; a chat of 80,000 messages held the interpreter for 240 to 470 ms
TRIES = 5
MOST_VALUES = 100_000  # that the service takes in JSON
LARGEST_HEAD = 2 * _HEAD  # bytes that the server takes: what it kept, and as much at once
LARGEST_CHAT = 4 * 1024 * 1024 - 200


def fill(text: str, size: int) -> str:
    return text * (size // len(text))


def messages(one: object, most: int = MOST_VALUES) -> bytes:
    """Return a chat of as many messages as its size and `most` values allow."""
    text = json.dumps(one)
    values = 1 + sum(map(text.count, ",[{"))
    count = min(LARGEST_CHAT // (len(text) + 2), (most - 10) // values)
    return json.dumps({"model": "default", "messages": [one] * count}).encode()


HEADERS = {
    "cookies": {"Cookie": fill("a=b;", LARGEST_HEAD)},
    "quoted cookies": {"Cookie": fill('a="\\"', LARGEST_HEAD)},
    "media types": {"Accept": fill("a/b;q=0.5,", LARGEST_HEAD)},
    "tags": {"If-None-Match": fill('"a",', LARGEST_HEAD)},
    "a key": {"Authorization": "Bearer " + fill("a", LARGEST_HEAD)},
    "parameters of a key": {"Authorization": "Digest " + fill('a="b",', LARGEST_HEAD)},
    "a host": {"Host": fill("a", LARGEST_HEAD)},
    "an origin": {"Origin": "https://" + fill("a", LARGEST_HEAD)},
}
ADDRESSES = {
    "a question": "/ask?q=" + fill("a", LARGEST_HEAD),
    "arguments": "/ask?" + fill("a=1&", LARGEST_HEAD),
    "conditions": "/ask?q=z&" + fill("where=a=b&", LARGEST_HEAD),
    "a path": "/documents/" + fill("a/", LARGEST_HEAD),
    "slashes": fill("/", LARGEST_HEAD),
}
SAID = {"role": "user", "content": "lava"}
PART = {"type": "text", "text": "lava"}
PARTS = [PART] * (MOST_VALUES // 4)
BODIES = {
    "messages": ("/v1/chat/completions", messages(SAID)),
    "too many messages": ("/v1/chat/completions", messages(SAID, most=LARGEST_CHAT)),
    "wrong messages": ("/v1/chat/completions", messages({"role": 1, "content": 1})),
    "objects": ("/v1/chat/completions", messages({})),
    "parts": ("/v1/chat/completions", messages({"role": "user", "content": PARTS})),
    "a text": ("/v1/chat/completions", messages({"role": "user", "content": "a" * 4_000_000})),
    "letters beyond ASCII": ("/v1/chat/completions", messages({"content": "ä" * 690_000})),
    "lists": ("/v1/chat/completions", b'{"messages":' + b"[" * LARGEST_CHAT),
    "input": ("/v1/responses", messages(SAID).replace(b'"messages"', b'"input"')),
    "values of a filter": (
        "/ask",
        json.dumps({"question": "x", "filters": {"tags": [str(n) * 200 for n in range(100)]}}),
    ),
    "fields": ("/ask", json.dumps({"question": "x"} | {f"a{n}": 1 for n in range(4800)})),
    "quotes": ("/ask", json.dumps({"question": '"lava" ' * 280})),
    "ideographs": ("/ask", json.dumps({"question": "火山熔岩" * 500})),
    "questions": ("/ask", json.dumps([{"question": f"lava {n} " * 200} for n in range(32)])),
    "calls of tools": ("/mcp", json.dumps([{"jsonrpc": "2.0", "id": n} for n in range(1500)])),
    "a condition of Dify": (
        "/retrieval",
        json.dumps(
            {
                "knowledge_id": "default",
                "query": "x",
                "retrieval_setting": {"top_k": 3},
                "metadata_condition": {
                    "conditions": [{"name": "a", "comparison_operator": "is", "value": "b"}] * 700
                },
            }
        ),
    ),
}


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app(no_auth=True, rate_limit="")


def hold_of(app: Flask, **request: Any) -> float:
    """Return the longest hold of the interpreter by one request, the least of some tries."""

    def start(status: str, *_: object) -> Any:
        assert not status.startswith("5"), status

    def answer() -> None:
        list(app.wsgi_app(create_environ(**request), start))

    began = time.thread_time()
    answer()
    held = [time.thread_time() - began]  # no hold is longer than the whole request
    while held[-1] >= ALLOWED and len(held) <= TRIES:
        held.append(longest_hold(answer))
    return min(held)


def test_a_hold_is_seen() -> None:
    assert longest_hold(lambda: sum(range(20_000_000))) > ALLOWED


@pytest.mark.parametrize("name", HEADERS)
def test_a_large_header_does_not_hold_the_interpreter(app: Flask, name: str) -> None:
    assert hold_of(app, path="/ask?q=lava", headers=HEADERS[name]) < ALLOWED


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_long_address_does_not_hold_the_interpreter(app: Flask, name: str) -> None:
    assert hold_of(app, path=ADDRESSES[name]) < ALLOWED


@pytest.mark.parametrize("name", BODIES)
def test_a_large_body_does_not_hold_the_interpreter(app: Flask, name: str) -> None:
    path, body = BODIES[name]
    json_type = "application/json"
    assert hold_of(app, path=path, method="POST", data=body, content_type=json_type) < ALLOWED
