"""Pincite's own HTTP interface for questions, and whether the service is well."""

from __future__ import annotations

from flask import Blueprint, Response, request

from index import LiveIndex
from service.answers import Answerer
from service.links import SourcePages
from service.parsing import parse_arguments, parse_body
from service.questions import Ask, AskArguments
from service.responses import json_response
from service.schemas import HealthReply, ReadyReply, answer_reply
from service.search_results import search_results


def native_blueprint(answerer: Answerer, live: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the routes /ask, /healthz and /readyz."""
    routes = Blueprint("native", __name__)

    def reply(asked: Ask | AskArguments) -> Response:
        answer = answerer.answer(asked.query())
        if asked.format == "search_result":
            base = request.url_root
            return json_response(search_results(answer, lambda one: pages.passage(one, base)))
        return json_response(answer_reply(answer, asked.citation_format))

    @routes.get("/ask")
    def ask_by_address() -> Response:
        return reply(parse_arguments(request))

    @routes.post("/ask")
    def ask_by_body() -> Response:
        return reply(parse_body(request))

    @routes.get("/healthz")
    def healthz() -> Response:
        return json_response(HealthReply())

    @routes.get("/readyz")
    def readyz() -> Response:
        return json_response(ReadyReply(generation=live.generation.id))

    return routes
