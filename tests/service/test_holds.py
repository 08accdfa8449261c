"""No request makes a handler hold the interpreter for long at a stretch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from tests.holds import longest_hold
from tests.service.conftest import MakeApp

# The rule is 50 ms. Three times that is allowed here, for slow processors; what broke the rule, a
# chat of 80,000 messages, held the interpreter for 240 to 470 ms.
ALLOWED = 0.15
TRIES = 4
LARGEST_HEAD = 400_000  # bytes that the server takes
LARGEST_CHAT = 4 * 1024 * 1024 - 200


def fill(text: str, size: int) -> str:
    return text * (size // len(text))


def messages(one: object, **more: object) -> bytes:
    count = LARGEST_CHAT // (len(json.dumps(one)) + 2)
    return json.dumps({"model": "default", "messages": [one] * count, **more}).encode()


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
PARTS = [PART] * (LARGEST_CHAT // (len(json.dumps(PART)) + 2))
BODIES = {
    "messages": ("/v1/chat/completions", messages(SAID)),
    "wrong messages": ("/v1/chat/completions", messages({"role": 1, "content": 1})),
    "objects": ("/v1/chat/completions", messages({})),
    "parts": ("/v1/chat/completions", messages({"role": "user", "content": PARTS})),
    "a text": ("/v1/chat/completions", messages({"role": "user", "content": "a" * 4_000_000})),
    "lists": ("/v1/chat/completions", b'{"messages":' + b"[" * LARGEST_CHAT),
    "input": ("/v1/responses", messages(SAID).replace(b'"messages"', b'"input"')),
    "values of a filter": (
        "/ask",
        json.dumps({"question": "x", "filters": {"tags": [str(n) * 200 for n in range(100)]}}),
    ),
    "fields": ("/ask", json.dumps({"question": "x"} | {f"a{n}": 1 for n in range(6000)})),
    "quotes": ("/ask", json.dumps({"question": '"lava" ' * 280})),
    "ideographs": ("/ask", json.dumps({"question": "火山熔岩" * 500})),
    "questions": ("/ask", json.dumps([{"question": f"lava {n} " * 200} for n in range(32)])),
    "a condition of Dify": (
        "/retrieval",
        json.dumps(
            {
                "knowledge_id": "default",
                "query": "x",
                "retrieval_setting": {"top_k": 3},
                "metadata_condition": {
                    "conditions": [{"name": "a", "comparison_operator": "is", "value": "b"}] * 800
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

    held = []
    for _ in range(TRIES):
        held.append(longest_hold(answer))
        if held[-1] < ALLOWED:
            break
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
