"""The head of a request: its headers have a largest size together."""

from __future__ import annotations

from flask import Flask, request

from service.http.problems import Problem

LARGEST = 32 * 1024  # characters of all names and values


def register_heads(app: Flask) -> None:
    """Refuse every request to `app` with headers of more than LARGEST characters."""

    @app.before_request
    def check() -> None:
        size = sum(
            len(name) + len(value)
            for name, value in request.environ.items()
            if name.startswith("HTTP_")
        )
        if size > LARGEST:
            raise Problem(
                431, "the headers are longer than 32 KiB together; send fewer or shorter ones"
            )
