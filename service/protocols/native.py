"""Pincite's own HTTP interface for questions."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.answers import Answerer
from service.links import SourcePages
from service.media import JSON, MARKDOWN, TEXT
from service.parsing import parse_arguments, parse_body
from service.problems import Problem, problem_reply, refuse_field
from service.questions import Ask, AskArguments
from service.responses import json_response, negotiated
from service.schemas.answers import AskReply, BatchReply, answer_reply
from service.schemas.problems import ProblemReply
from service.search_results import search_results
from service.texts import answer_markdown, answer_text


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
            replies = [part(place, one) for place, one in enumerate(asked)]
            return negotiated(json_response(BatchReply(replies)))
        return negotiated(reply(asked))

    def reply(asked: Ask | AskArguments) -> Response:
        answer = answerer.answer(asked.query())
        if asked.format == "search_result":
            base = request.url_root
            return json_response(search_results(answer, lambda one: pages.passage(one, base)))
        wanted = request.accept_mimetypes.best_match([JSON, MARKDOWN, TEXT])
        if wanted == MARKDOWN:
            return Response(answer_markdown(answer), mimetype=MARKDOWN)
        if wanted == TEXT:
            return Response(answer_text(answer, asked.citation_format), mimetype=TEXT)
        return json_response(answer_reply(answer, asked.citation_format))

    def part(place: int, asked: Ask | Problem) -> AskReply | ProblemReply:
        if isinstance(asked, Ask) and asked.format != "json":
            asked = refuse_field("format", asked.format, "json, in a list of questions")
        if isinstance(asked, Problem):
            return problem_reply(asked, f"{request.path}#/{place}")
        return answer_reply(answerer.answer(asked.query()), asked.citation_format)

    return routes
