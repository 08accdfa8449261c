"""Recorded requests and replies, in recorded/<name>.json, that tests replay."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_FOLDER = Path(__file__).parent / "recorded"
# What stands in a recording for a value that differs from one reply to the next.
_ANY = {"<text>": str, "<number>": int, "<decimal>": float}


@dataclass(frozen=True, slots=True)
class Recording:
    """A request of a client that is not ours, and the reply."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    status: int
    reply: Any

    def replay(self, client: FlaskClient) -> TestResponse:
        """Send the request again and compare the reply with the recorded one."""
        response = client.open(
            self.path, method=self.method, headers=self.headers, json=self.body,
            base_url="http://127.0.0.1:8000",
        )  # fmt: skip
        assert response.status_code == self.status, response.text
        found = events(response) if response.mimetype == "text/event-stream" else response.json
        assert found == _filled(self.reply, found)
        return response


def recording(name: str) -> Recording:
    """Read recorded/<name>.json."""
    found = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    request, reply = found["request"], found["reply"]
    return Recording(
        request["method"], request["path"], request.get("headers", {}), request.get("body"),
        reply["status"], reply["body"],
    )  # fmt: skip


def events(response: TestResponse) -> list[Any]:
    """Return the events of a stream, read as JSON but for the one that closes it."""
    lines = response.text.removesuffix("\n\n").split("\n\n")
    assert all(line.startswith("data: ") for line in lines)
    data = [line.removeprefix("data: ") for line in lines]
    return [one if one == "[DONE]" else json.loads(one) for one in data]


def _filled(recorded: Any, found: Any) -> Any:
    """Return the recorded reply, with the parts that may differ taken from the reply that came."""
    if isinstance(recorded, str) and recorded in _ANY:
        assert isinstance(found, _ANY[recorded]), found
        return found
    if isinstance(recorded, dict) and isinstance(found, dict):
        return {key: _filled(value, found.get(key)) for key, value in recorded.items()}
    if isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        return [_filled(*pair) for pair in zip(recorded, found, strict=True)]
    return recorded
