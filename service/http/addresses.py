"""The address of a request: its prefix behind a proxy, a trailing slash, and its encoding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, request

from service.http.problems import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Prefixed:
    """Serves a WSGI application below a path prefix, and without regard to a trailing slash.

    The prefix is the path of `public_url`, or the `SCRIPT_NAME` that ProxyFix took from
    X-Forwarded-Prefix. Proxies pass the prefix on or remove it; both work.
    """

    def __init__(self, application: WSGIApplication, public_url: str | None) -> None:
        self._application = application
        path = unquote_to_bytes(urlsplit(public_url or "").path)
        self._prefix = path.decode("latin-1").rstrip("/")  # as WSGI encodes paths

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Set SCRIPT_NAME to the prefix and PATH_INFO to the rest of the path."""
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/") or self._prefix
        path = environ.get("PATH_INFO", "")
        if prefix and f"{path}/".startswith(f"{prefix}/"):
            path = path[len(prefix) :]
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = path.rstrip("/") or "/"
        return self._application(environ, start_response)


def register_addresses(app: Flask) -> None:
    """Refuse every request to `app` whose address is not in UTF-8."""

    @app.before_request
    def check() -> None:
        try:
            request.environ.get("PATH_INFO", "").encode("latin-1").decode()
            unquote_to_bytes(request.environ.get("QUERY_STRING", "").encode("latin-1")).decode()
        except UnicodeError as error:
            raise Problem(
                400,
                "the address is not valid UTF-8; encode it as UTF-8 before percent-encoding it",
            ) from error
