"""The list of documents, and each document with its text, as JSON or as a page."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from index import FileReport, LiveIndex, Report, Span, document_id
from service.access.gate import current_key
from service.answers.document_search import find_documents
from service.http.media import JSON
from service.http.parsing import parse_fields
from service.http.problems import Problem, no_document, refuse_field, wants_page
from service.http.responses import json_response, negotiated
from service.schemas.arguments import LIST_RULES, PLACE_RULES, ListArguments, PlaceArguments
from service.schemas.documents import DocumentListReply, document_reply, document_text_reply
from service.schemas.questions import LONGEST_QUESTION
from service.schemas.runs import report_reply, run_reply
from service.web.layout import lay_out_document
from service.web.left_out import left_out
from service.web.originals import is_shown

_MOST_LEFT_OUT = 500  # files on the page; the report has all
_LISTED = 100  # passages on the page of a document


def documents_blueprint(live: LiveIndex, *, changeable: bool) -> Blueprint:
    """Return the routes /documents, /documents/<id> and /documents/report.

    If the documents are `changeable`, the pages let a reader with an admin key change them.
    """
    routes = Blueprint("documents", __name__)

    def may_change() -> bool:
        key = current_key()
        return changeable and key is not None and key.permits("admin")

    @routes.get("/documents")
    def list_documents() -> Response:
        part = parse_fields(request.args, ListArguments, LIST_RULES)
        generation = live.generation
        sources, total = find_documents(generation, part.q, part.limit, part.offset)
        report = live.report()
        if wants_page():
            return _page(
                "documents.html", sources=sources, total=total, **part.model_dump(),
                **_last_run(report), may_change=may_change(), changeable=changeable,
            )  # fmt: skip
        return negotiated(
            json_response(
                DocumentListReply(
                    documents=[document_reply(source) for source, _ in sources],
                    total=total,
                    generation=generation.id,
                    run=run_reply(report) if report else None,
                )
            )
        )

    @routes.get("/documents/report")
    def read_report() -> Response:
        report = live.report()
        if report is None:
            raise Problem(404, "the index has no report of its last run; make one: pincite index")
        return json_response(report_reply(report))

    @routes.get("/documents/<path:identity>")
    def read_document(identity: str) -> Response:
        place = parse_fields(request.args, PlaceArguments, PLACE_RULES)
        catalog = live.generation.catalog
        source = catalog.source(identity) or catalog.source(document_id(identity))
        document = catalog.document(source.id) if source else None
        if source is None or document is None:
            raise no_document(identity)
        if not wants_page():
            parts = document_text_reply(source, document.text).json_parts()
            return negotiated(Response(b"".join(parts), mimetype=JSON))
        passage = _passage(place, len(document.text))
        spans = catalog.spans_of(source.id)
        at = next((at for at, one in enumerate(spans) if one == passage), None)
        offset = (at or 0) // _LISTED * _LISTED if place.offset is None else place.offset
        return _page(
            "document.html",
            source=source,
            elements=lay_out_document(document, passage),
            passages=catalog.passages_of(source.id, _LISTED, offset),
            offset=offset,
            is_listed=place.offset is not None,
            limit=_LISTED,
            total=len(spans),
            neighbours=[] if at is None else spans[max(0, at - 1) : at + 2],
            left_out=left_out(document, spans),
            passage=passage,
            cited=catalog.passage(source.id, passage.start, passage.end),
            shown=is_shown(document.path),
            question=place.q.strip()[:LONGEST_QUESTION],
            file=_file(live.report(), source.path),
            may_change=may_change(),
        )

    return routes


def _file(report: Report | None, path: str) -> FileReport | None:
    """Return the result of the last run for a file."""
    files = report.files if report else ()
    return next((file for file in files if file.path == path), None)


def _passage(place: PlaceArguments, length: int) -> Span:
    end = place.start if place.end is None else place.end
    if place.start > length:
        raise refuse_field("start", place.start, PLACE_RULES["start"])
    if not place.start <= end <= length:
        raise refuse_field("end", end, PLACE_RULES["end"])
    return Span(place.start, end)


def _last_run(report: Report | None) -> dict[str, object]:
    """Return the last run for the page: its files by path, and the files that were left out."""
    files = report.files if report else ()
    left_out = [file for file in files if file.status in {"skipped", "failed"}]
    return {
        "report": report,
        "files": {file.path: file for file in files},
        "left_out": sorted(left_out, key=lambda file: file.status)[:_MOST_LEFT_OUT],
        "more": max(0, len(left_out) - _MOST_LEFT_OUT),
    }


def _page(template: str, **values: object) -> Response:
    return negotiated(Response(render_template(template, **values), mimetype="text/html"))
