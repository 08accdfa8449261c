"""From a reply to HTTP."""

from __future__ import annotations

from flask import Flask, Response
from pydantic import BaseModel

# Pages load only their own style, pictures and script, and no site may show them in a frame.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # no page of another site loads what is here; the script of the widget says otherwise
    "Cross-Origin-Resource-Policy": "same-origin",
    # not "no-referrer", with which browsers hide their own origin from the check of who sent a form
    "Referrer-Policy": "same-origin",
}


def json_response(reply: BaseModel, status: int = 200) -> Response:
    """Return a reply as JSON."""
    return Response(reply.model_dump_json(), status, mimetype="application/json")


def negotiated(response: Response) -> Response:
    """Tell caches that the response depends on what the client accepts."""
    response.vary.add("Accept")
    return response


def register_headers(app: Flask) -> None:
    """Give every response of `app` its security headers."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.status_code == 503:
            response.headers.setdefault("Retry-After", "1")
        return response
