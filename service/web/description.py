"""The description of the HTTP interface: OpenAPI for programs, a page for people."""

from __future__ import annotations

from functools import cache

import orjson
from flask import Blueprint, Response, current_app, render_template, request

from service.http.media import JSON, PAGE
from service.http.openapi import Document, describe


def description_blueprint() -> Blueprint:
    """Return the routes /openapi.json and /docs."""
    routes = Blueprint("description", __name__)

    @cache
    def described() -> Document:
        return describe(current_app)

    def document() -> Document:
        return {**described(), "servers": [{"url": request.script_root or "/"}]}

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return Response(orjson.dumps(document()), mimetype=JSON)

    @routes.get("/docs")
    def page() -> Response:
        return Response(render_template("docs.html", document=document()), mimetype=PAGE)

    return routes
