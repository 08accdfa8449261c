"""Small replies as one list, which the server sends without a thread of Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# In the environment of a request whose reply is sent in parts, even if it is short.
IN_PARTS = "pincite.in_parts"
_LARGEST = 1 << 16  # bytes that are held for a client, which may be slow


class Whole:
    """Returns each reply of `application` as one list if its length is at most 64 KiB.

    The server takes the bytes of a list at once. It iterates over anything else in a thread, which
    waits for the client, and for the GIL before every part.
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
        if length is None or length > _LARGEST or IN_PARTS in environ:
            return parts
        try:
            return [b"".join(parts)]
        finally:
            if close := getattr(parts, "close", None):
                close()
