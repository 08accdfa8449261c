"""Dify's external knowledge at /retrieval.

https://docs.dify.ai/en/use-dify/knowledge/external-knowledge-api
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, request

from index import Hit, Query
from service.answers.answerer import Answerer, CitedPassage
from service.answers.links import SourcePages
from service.http.parsing import parse_json
from service.http.problems import FieldProblem, Problem, register_problems
from service.http.responses import json_response
from service.protocols import COLLECTION
from service.protocols.dify.schemas import ErrorReply, Record, RetrievalReply, RetrievalRequest

_BAD_HEADER, _NOT_ALLOWED, _NO_SUCH_KNOWLEDGE = 1001, 1002, 2001


def dify_blueprint(answerer: Answerer, pages: SourcePages) -> Blueprint:
    """Return the route /retrieval."""
    routes = Blueprint("dify", __name__)
    register_problems(routes, render_error)

    @routes.post("/retrieval")
    def retrieve() -> Response:
        if not request.get_data():
            # so Dify tries an address when it is registered
            return json_response(RetrievalReply(records=[]))
        asked = parse_json(request, RetrievalRequest)
        if asked.knowledge_id != COLLECTION:
            raise Problem(
                404,
                f"there is no knowledge base {asked.knowledge_id!r} here; the documents are "
                f"{COLLECTION!r}",
                FieldProblem("knowledge_id", repr(asked.knowledge_id), COLLECTION),
            )
        wanted = asked.retrieval_setting
        chosen = asked.metadata_condition.filter() if asked.metadata_condition else None
        answer = answerer.answer(Query(asked.query, wanted.top_k, filter=chosen))
        records = [
            _record(one, pages.passage(one.hit.passage, request.url_root))
            for one in answer.passages
            if _score(one.hit) >= (wanted.score_threshold or 0)
        ]
        return json_response(RetrievalReply(records=records))

    return routes


def _score(hit: Hit) -> float:
    return min(max(hit.scores.fused, 0), 1)


def _record(found: CitedPassage, link: str) -> Record:
    hit = found.hit
    meta, passage = hit.source.metadata, hit.passage
    known = {
        "document_id": hit.source.id,
        "path": hit.source.path,
        "link": link,
        "citation": found.citation,
        "publisher": meta.publisher,
        "authors": list(meta.authors),
        "date": meta.written_date(),
        "url": meta.url,
        "language": meta.language,
        "tags": list(meta.tags),
        **asdict(passage.location),
        "start": passage.start,
        "end": passage.end,
    }
    return Record(
        content=passage.text,
        score=_score(hit),
        title=meta.title,
        metadata={name: value for name, value in known.items() if value not in (None, [])},
    )


# Dify takes a key for refused only from a 403.
STATUSES = {401: 403}


def render_error(problem: Problem) -> Response:
    """Return a problem with the code of Dify for it, or its own status where there is none."""
    codes = {
        401: _BAD_HEADER if problem.errors else _NOT_ALLOWED,
        403: _NOT_ALLOWED,
        404: _NO_SUCH_KNOWLEDGE,
    }
    reply = ErrorReply(
        error_code=codes.get(problem.status, problem.status), error_msg=problem.detail
    )
    status = STATUSES.get(problem.status, problem.status)
    return Response(reply.model_dump_json(), status, mimetype="application/json")
