"""Replies that OpenAI's clients read as server-sent events."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response


def event_stream(events: Iterable[str]) -> Response:
    """Return a reply of events, which no cache may keep."""
    response = Response(events, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-cache"
    return response
