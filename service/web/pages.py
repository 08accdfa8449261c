"""The form with its results at /, and the chat widget."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from cachetools import LRUCache, cached
from flask import Blueprint, Response, render_template, request

from index import Example, Facets, Generation, LiveIndex, Report, question_language, read_facets
from service.answers.answerer import Answerer
from service.answers.certainty import MEANINGS
from service.http.languages import reader_language
from service.http.parsing import parse_arguments
from service.http.problems import Problem
from service.schemas.questions import LONGEST_QUESTION
from service.web.citations import citations
from service.web.filter_form import MOST_CHOICES, filter_form
from service.web.layout import lay_out
from service.web.links import web_address
from service.web.widget import widget_script

_EXAMPLES = 4  # documents listed below the empty form, to show the subjects of the corpus
_WIDGET_SECONDS = 3600  # for which browsers may cache the chat widget


def pages_blueprint(answerer: Answerer, live: LiveIndex) -> Blueprint:
    """Return the routes / and /widget.js, with templates and static files."""
    routes = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip
    routes.add_app_template_filter(MEANINGS.__getitem__, "meaning")
    routes.add_app_template_filter(citations)
    routes.add_app_template_filter(lay_out)
    routes.add_app_template_filter(web_address)

    @cached(LRUCache(1), key=lambda generation: generation.id, lock=Lock())
    def facets(generation: Generation) -> Facets:
        return read_facets(generation.catalog, MOST_CHOICES)

    def page(template: str, status: int = 200, **values: object) -> Response:
        generation = live.generation
        text = render_template(
            template,
            question=_question(),
            longest=LONGEST_QUESTION,
            filters=filter_form(facets(generation), generation.manifest.documents, request.args),
            **values,
        )
        return Response(text, status, mimetype="text/html")

    @routes.get("/")
    def form() -> Response:
        if not _question():
            generation = live.generation
            sources = generation.catalog.sources(_EXAMPLES)
            return page(
                "ask.html",
                examples=_examples(live.report(), generation),
                sources=sources,
                total=generation.manifest.documents,
            )
        try:
            return page(
                "answer.html",
                answer=answerer.answer(parse_arguments(request).query()),
                asked_in=question_language(_question()),
            )
        except Problem as problem:
            return page("refused.html", problem.status, problem=problem)

    @routes.get("/widget.js")
    def widget() -> Response:
        response = Response(widget_script(reader_language()), mimetype="text/javascript")
        response.vary.add("Accept-Language")
        response.add_etag()
        response.cache_control.max_age = _WIDGET_SECONDS
        # a site with cross-origin isolation loads only files that allow it
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.make_conditional(request)
        return response

    return routes


def _examples(report: Report | None, generation: Generation) -> Sequence[Example]:
    """Return the example questions of a generation; the report may be of another one by now."""
    return (report.examples or ()) if report and report.generation == generation.id else ()


def _question() -> str:
    return (request.args.get("q") or request.args.get("question", "")).strip()
