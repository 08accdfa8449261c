"""The documents: a list of them, and each with its text, as JSON or as a page."""

from __future__ import annotations

import re

from flask import Blueprint, Response, render_template, request

from index import LiveIndex, Source, Span
from service.problems import FieldProblem, Problem, refuse_field, wants_page
from service.questions import LONGEST_QUESTION
from service.responses import json_response, negotiated
from service.schemas import DocumentListReply, document_reply, document_text_reply
from service.web.layout import lay_out_document

_PAGE = 100
_LARGEST_PAGE = 1000


def documents_blueprint(live: LiveIndex) -> Blueprint:
    """Return the routes /documents and /documents/<id>."""
    routes = Blueprint("documents", __name__)

    @routes.get("/documents")
    def list_documents() -> Response:
        limit = _whole_number("limit", _PAGE, 1, _LARGEST_PAGE)
        offset = _whole_number("offset", 0, 0, 2**31)
        generation = live.generation
        sources = generation.catalog.sources(limit, offset)
        total = generation.manifest.documents
        if wants_page():
            return _page("documents.html", sources=sources, total=total, limit=limit, offset=offset)
        return negotiated(
            json_response(
                DocumentListReply(
                    documents=[document_reply(source) for source, _ in sources],
                    total=total,
                    generation=generation.id,
                )
            )
        )

    @routes.get("/documents/<identity>")
    def read_document(identity: str) -> Response:
        document = live.generation.catalog.document(identity)
        if document is None:
            raise Problem(
                404,
                f"there is no document {identity!r}; GET /documents lists them",
                FieldProblem("document_id", repr(identity), "the id of a document"),
            )
        if not wants_page():
            return negotiated(json_response(document_text_reply(document)))
        start = _whole_number("start", 0, 0, len(document.text))
        end = _whole_number("end", start, start, len(document.text))
        return _page(
            "document.html",
            source=Source(document.id, document.path, document.metadata),
            elements=lay_out_document(document, Span(start, end)),
            cited=start < end,
            question=request.args.get("q", "").strip()[:LONGEST_QUESTION],
        )

    return routes


def _whole_number(name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if re.fullmatch("0*[0-9]{1,12}", text) and least <= (number := int(text[-12:])) <= most:
        return number
    raise refuse_field(name, text, f"a whole number from {least} to {most}")


def _page(template: str, **values: object) -> Response:
    return negotiated(Response(render_template(template, **values), mimetype="text/html"))
