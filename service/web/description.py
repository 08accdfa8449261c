"""The description of the HTTP interface: OpenAPI for programs, a page for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import orjson
from cachetools import LRUCache, cached
from flask import Blueprint, Response, current_app, get_template_attribute, render_template, request

from service.access.gate import Gate, current_key
from service.http.languages import reader_language
from service.http.media import JSON, PAGE
from service.http.openapi import Document, describe
from service.http.table import operation_name, operations_of
from service.web.question_fields import EXAMPLE_QUESTION, QUESTION_FIELDS

_CALLERS = 16  # kinds of callers whose description is kept
_PAGES = 32  # descriptions that are kept as HTML, of 150 kB each


@dataclass(frozen=True, slots=True)
class _Route:
    """An operation with its shortest path, and its `others`: with /v1, and of each collection."""

    method: str
    path: str
    others: tuple[str, ...]
    operation: Document


def description_blueprint(gate: Gate) -> Blueprint:
    """Return the routes /openapi.json and /docs."""
    routes = Blueprint("description", __name__)

    of_routes = lru_cache(maxsize=_CALLERS)(describe)

    def permitted() -> frozenset[str]:
        """Return the endpoints that the caller may use."""
        operations = operations_of(current_app)
        return frozenset(
            rule.endpoint
            for rule in current_app.url_map.iter_rules()
            if (operation := operations.get(operation_name(rule.endpoint)))
            and gate.permits(current_key(), rule.endpoint, operation)
        )

    def described(endpoints: frozenset[str]) -> Document:
        return of_routes(current_app._get_current_object(), endpoints)  # type: ignore[attr-defined]

    @cached(LRUCache(_PAGES), lock=Lock())
    def as_html(endpoints: frozenset[str], language: str, prefix: str) -> str:  # noqa: ARG001
        """Return the description for people; strangers may fetch it at any rate, so it is kept."""
        document = described(endpoints)
        macro = get_template_attribute("description.html", "description")
        html: str = macro(document, _routes(document), QUESTION_FIELDS, EXAMPLE_QUESTION)
        return html

    @routes.get("/openapi.json")
    def openapi() -> Response:
        document = {**described(permitted()), "servers": [{"url": request.script_root or "/"}]}
        return Response(orjson.dumps(document), mimetype=JSON)

    @routes.get("/docs")
    def page() -> Response:
        text = as_html(permitted(), reader_language(), request.script_root)
        return Response(render_template("docs.html", description=text), mimetype=PAGE)

    return routes


def _routes(document: Document) -> list[_Route]:
    """Return each operation once, with all its paths."""
    found: dict[tuple[str, str], list[tuple[str, Document]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault((method, operation["summary"]), []).append((path, operation))
    routes = []
    for (method, _), places in found.items():
        path, operation = min(places, key=lambda place: len(place[0]))
        others = tuple(other for other, _ in places if other != path)
        routes.append(_Route(method, path, others, operation))
    return sorted(routes, key=lambda route: route.path)
