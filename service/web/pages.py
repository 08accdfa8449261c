"""The form at / and the results below it, rendered on the server."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from index import LiveIndex
from service.answers import Answerer
from service.parsing import parse_arguments
from service.problems import Problem
from service.questions import LONGEST_QUESTION
from service.web.layout import lay_out
from service.web.links import web_address

_EXAMPLES = 4  # documents named below the empty form, so that a reader knows what can be asked


def pages_blueprint(answerer: Answerer, live: LiveIndex) -> Blueprint:
    """Return the route / with its templates and static files."""
    routes = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip
    routes.add_app_template_filter(lay_out)
    routes.add_app_template_filter(web_address)

    @routes.get("/")
    def form() -> Response:
        if not request.args.get("q", "").strip():
            return _empty_page(live)
        try:
            return _page("answer.html", answer=answerer.answer(parse_arguments(request).query()))
        except Problem as problem:
            response = _page("refused.html", problem=problem)
            response.status_code = problem.status
            return response

    return routes


def _empty_page(live: LiveIndex) -> Response:
    generation = live.generation
    return _page(
        "ask.html",
        sources=generation.catalog.sources(_EXAMPLES),
        total=generation.manifest.documents,
    )


def _page(template: str, **values: object) -> Response:
    question = request.args.get("q", "").strip()
    page = render_template(template, question=question, longest=LONGEST_QUESTION, **values)
    return Response(page, mimetype="text/html")
