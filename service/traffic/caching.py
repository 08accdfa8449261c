"""ETags of replies, which stay valid until there is a new generation."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection

from flask import Flask, Response, g, request

from index import LiveIndex
from service.access.gate import current_key
from service.http.languages import reader_language
from service.http.table import current_operation


def register_etags(app: Flask, lives: Collection[LiveIndex]) -> None:
    """Tag the replies of `app` that depend on the generation, and send 304 for a current tag.

    A tag covers all generations and the reports of their last runs, the day (which is the day of
    asking), the address, the Accept header, the language of the reader, the key, and this process,
    because settings and pages may change with a restart.
    """
    process = secrets.token_hex(8)

    @app.before_request
    def compare() -> Response | None:
        operation = current_operation()
        if operation is None or not operation.kept or request.method not in {"GET", "HEAD"}:
            return None
        key = current_key()
        parts = [
            process,
            *(live.state() for live in lives),
            dt.datetime.now(dt.UTC).date().isoformat(),
            request.full_path,
            request.headers.get("Accept", ""),
            reader_language(),
            key.id if key else "",
        ]
        g.etag = hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]
        if g.etag in request.if_none_match.as_set(include_weak=True):
            return Response(status=304)
        return None

    @app.after_request
    def tag(response: Response) -> Response:
        if "etag" in g and response.status_code in {200, 304}:
            response.set_etag(g.etag, weak=True)
            response.cache_control.private = True
            response.cache_control.no_cache = True
            response.vary.update(
                ("Accept", "Accept-Language", "Authorization", "Cookie", "X-API-Key")
            )
        return response
