"""The form at / and the results below it, rendered on the server."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from service.answers import Answer, Answerer
from service.parsing import parse_arguments
from service.problems import Problem
from service.schemas import LONGEST_QUESTION
from service.web.marking import mark


def pages_blueprint(answerer: Answerer) -> Blueprint:
    """Return the route / with its templates and static files."""
    routes = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip
    routes.add_app_template_filter(mark, "mark")

    @routes.get("/")
    def form() -> Response:
        answer, problem = None, None
        if request.args.get("q", "").strip():
            try:
                answer = answerer.answer(parse_arguments(request).query())
            except Problem as error:
                problem = error
        return _page(answer, problem)

    return routes


def _page(answer: Answer | None, problem: Problem | None) -> Response:
    page = render_template(
        "ask.html",
        question=request.args.get("q", "").strip(),
        answer=answer,
        problem=problem,
        longest=LONGEST_QUESTION,
    )
    return Response(page, problem.status if problem else 200, mimetype="text/html")
