"""The route /ask: one question or a list, answered as JSON, Markdown, text or for Claude."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.answers.search_results import search_results
from service.answers.texts import answer_markdown, answer_text
from service.http.media import JSON, MARKDOWN, TEXT
from service.http.parsing import parse_arguments, parse_body
from service.http.problems import Problem, problem_reply, refuse_field
from service.http.responses import json_response, negotiated
from service.schemas.answers import AskReply, BatchReply, answer_reply
from service.schemas.problems import ProblemReply
from service.schemas.questions import Ask, AskArguments


def native_blueprint(answerer: Answerer, pages: SourcePages) -> Blueprint:
    """Return the route /ask."""
    routes = Blueprint("native", __name__)

    @routes.get("/ask")
    def ask_by_address() -> Response:
        return negotiated(reply(parse_arguments(request)))

    @routes.post("/ask")
    def ask_by_body() -> Response:
        asked = parse_body(request)
        if isinstance(asked, list):
            return negotiated(json_response(BatchReply(parts(asked))))
        return negotiated(reply(asked))

    def reply(asked: Ask | AskArguments) -> Response:
        answer = answerer.answer(asked.query())
        if asked.format == "search_result":
            address = partial(pages.passage, asked_at=request.url_root)
            return json_response(search_results(answer, address))
        wanted = request.accept_mimetypes.best_match([JSON, MARKDOWN, TEXT])
        if wanted == MARKDOWN:
            return Response(answer_markdown(answer), mimetype=MARKDOWN)
        if wanted == TEXT:
            return Response(answer_text(answer, asked.citation_format), mimetype=TEXT)
        return json_response(answer_reply(answer, asked.citation_format))

    def parts(asked: list[Ask | Problem]) -> list[AskReply | ProblemReply]:
        checked = [_as_part(one) for one in asked]
        queries = [one.query() for one in checked if isinstance(one, Ask)]
        answers = iter(answerer.answer_all(queries))
        return [
            answer_reply(next(answers), one.citation_format)
            if isinstance(one, Ask)
            else problem_reply(one, f"{request.script_root}{request.path}#/{place}")
            for place, one in enumerate(checked)
        ]

    return routes


def _as_part(asked: Ask | Problem) -> Ask | Problem:
    if isinstance(asked, Ask) and asked.format != "json":
        return refuse_field("format", asked.format, "json, in a list of questions")
    return asked
