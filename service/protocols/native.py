"""Pincite's own HTTP interface for questions, and whether the service is well."""

from __future__ import annotations

from flask import Blueprint, Response, request

from index import LiveIndex
from service.answers import Answerer
from service.parsing import parse_arguments, parse_body
from service.responses import json_response
from service.schemas import HealthReply, ReadyReply, answer_reply


def native_blueprint(answerer: Answerer, live: LiveIndex) -> Blueprint:
    """Return the routes /ask, /healthz and /readyz."""
    routes = Blueprint("native", __name__)

    @routes.get("/ask")
    def ask_by_address() -> Response:
        asked = parse_arguments(request)
        return json_response(answer_reply(answerer.answer(asked.query()), asked.citation_format))

    @routes.post("/ask")
    def ask_by_body() -> Response:
        asked = parse_body(request)
        return json_response(answer_reply(answerer.answer(asked.query()), asked.citation_format))

    @routes.get("/healthz")
    def healthz() -> Response:
        return json_response(HealthReply())

    @routes.get("/readyz")
    def readyz() -> Response:
        return json_response(ReadyReply(generation=live.generation.id))

    return routes
