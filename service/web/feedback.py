"""Stores the feedback of a reader on a passage, sent by script or by a plain form."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request, url_for

from index import LiveIndex
from service.feedback.store import FeedbackError, FeedbackStore
from service.http.parsing import parse_fields
from service.http.problems import Problem, no_document, refuse_field, wants_page
from service.http.responses import json_response, negotiated
from service.schemas.answers import FeedbackReply
from service.schemas.arguments import FEEDBACK_RULES, FeedbackForm
from service.web.links import local_address


def feedback_blueprint(live: LiveIndex, store: FeedbackStore) -> Blueprint:
    """Return the route /feedback."""
    routes = Blueprint("feedback", __name__)

    @routes.post("/feedback")
    def give() -> Response:
        given = parse_fields(request.form, FeedbackForm, FEEDBACK_RULES)
        catalog = live.generation.catalog
        source = catalog.source(given.document_id)
        if source is None:
            raise no_document(given.document_id)
        if catalog.passage(source.id, given.start, given.end) is None:
            raise refuse_field("start", given.start, FEEDBACK_RULES["start"])
        try:
            store.add(given.q, source.path, given.start, given.end, helpful=given.helpful == "yes")
        except FeedbackError as error:
            current_app.logger.error("%s", error)  # noqa: TRY400 - its message says all
            raise Problem(
                503, "the feedback cannot be stored; the log of the server says why"
            ) from error
        if wants_page():
            back = local_address(given.back) or url_for("pages.form")
            return negotiated(
                Response(render_template("thanks.html", back=back), mimetype="text/html")
            )
        return negotiated(json_response(FeedbackReply()))

    return routes
