"""Dify's external knowledge at /retrieval.

https://docs.dify.ai/en/use-dify/knowledge/external-knowledge-api. `schemas.py` holds the pydantic
models, `conditions.py` turns Dify's conditions on metadata into filters.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, request

from index import LiveIndex, Query
from service.answers.answer import Answer
from service.answers.answerer import Answerer
from service.answers.certainty import explain
from service.answers.cited import CitedPassage
from service.answers.links import SourcePages
from service.http.bodies import read_body
from service.http.media import JSON
from service.http.operation import Operation
from service.http.parsing import parse_json
from service.http.problems import Problem, register_problems
from service.http.responses import json_response
from service.protocols import check_name, source_facts, unit_score
from service.protocols.dify.schemas import ErrorReply, Record, RetrievalReply, RetrievalRequest

_BAD_HEADER, _NOT_ALLOWED, _NO_SUCH_KNOWLEDGE = 1001, 1002, 2001
# Dify treats a key as refused only after a 403.
_STATUSES = {401: 403}

OPERATIONS = {
    "dify.retrieve": Operation(
        "Retrieve passages, for Dify's external knowledge.",
        needs="cite",
        body={JSON: RetrievalRequest},
        replies={JSON: RetrievalReply},
        refusals={JSON: ErrorReply},
        renamed=_STATUSES,
        further=(404,),
    )
}


def blueprint(answerer: Answerer, _: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the route /retrieval."""
    routes = Blueprint("dify", __name__)
    register_problems(routes, render_error)

    @routes.post("/retrieval")
    def retrieve() -> Response:
        if not read_body(request):
            # Dify sends an empty body to check an address that a user enters
            return json_response(RetrievalReply(records=[]))
        asked = parse_json(request, RetrievalRequest)
        check_name(asked.knowledge_id, "knowledge_id", "knowledge base")
        wanted = asked.retrieval_setting
        chosen = asked.metadata_condition.filter() if asked.metadata_condition else None
        answer = answerer.answer(Query(asked.query, wanted.top_k, filter=chosen))
        records = [
            _record(one, answer, pages.passage(one.hit.passage, request.url_root))
            for one in answer.passages
            if unit_score(one.hit) >= (wanted.score_threshold or 0)
        ]
        return json_response(RetrievalReply(records=records))

    return routes


def _record(found: CitedPassage, answer: Answer, link: str) -> Record:
    hit = found.hit
    remarks = {
        "certainty": explain(answer.certainty) if answer.certainty else None,
        "answer": hit.answer.text if hit.answer and answer.answerable else None,
        "agreement": answer.comparison.text if answer.comparison else None,
    }
    location = asdict(hit.passage.location)
    return Record(
        content=hit.passage.text,
        score=unit_score(hit),
        title=hit.source.metadata.title,
        metadata={
            "document_id": hit.source.id,
            "path": hit.source.path,
            "link": link,
            "citation": found.citation,
            **source_facts(hit.source),
            **{name: value for name, value in location.items() if value is not None},
            "start": hit.passage.start,
            "end": hit.passage.end,
            **{name: value for name, value in remarks.items() if value is not None},
        },
    )


def render_error(problem: Problem) -> Response:
    """Return a problem with Dify's code for it, or with its status if there is none."""
    codes = {
        401: _BAD_HEADER if problem.errors else _NOT_ALLOWED,
        403: _NOT_ALLOWED,
        404: _NO_SUCH_KNOWLEDGE,
    }
    reply = ErrorReply(
        error_code=codes.get(problem.status, problem.status), error_msg=problem.detail
    )
    return json_response(reply, _STATUSES.get(problem.status, problem.status))
