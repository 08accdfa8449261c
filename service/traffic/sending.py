"""Handing replies to the server whole, which then sends them by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LARGEST = 1 << 16  # bytes that are held for each client, which may be slow to take them


class Whole:
    """Gives each reply of `application` as one list, if it says that it is of no more than 64 KiB.

    Of a list the server takes the bytes at once. Through anything else it goes a part at a time, in
    a thread that waits for the client, and for the interpreter's lock before every part.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as WSGI asks for."""
        length: int | None = None

        def start(
            status: str,
            headers: list[tuple[str, str]],
            *error: Any,  # noqa: ANN401
        ) -> Callable[[bytes], object]:
            nonlocal length
            length = Headers(headers).get("Content-Length", type=int)
            return start_response(status, headers, *error)

        parts = self._application(environ, start)
        if length is None or length > _LARGEST:
            return parts
        try:
            return [b"".join(parts)]
        finally:
            if close := getattr(parts, "close", None):
                close()
