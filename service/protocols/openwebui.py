"""Open WebUI's external web search, over the documents instead of the web.

https://docs.openwebui.com/features/web-search/external, and its client, search_external in
backend/open_webui/retrieval/web/external.py.
"""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import BaseModel, Field, RootModel

from index import LiveIndex, Query
from service.answers.answer import Answer
from service.answers.answerer import Answerer
from service.answers.certainty import explain
from service.answers.links import SourcePages
from service.http.media import JSON
from service.http.operation import Operation
from service.http.parsing import parse_filters, parse_json
from service.http.problems import Problem, register_problems
from service.http.responses import json_response
from service.schemas.filters import FlatFilters
from service.schemas.questions import MOST_PASSAGES, QuestionText
from service.schemas.requests import RequestModel


class SearchRequest(RequestModel):
    """A search of Open WebUI."""

    query: QuestionText
    count: Annotated[int, Field(ge=1, le=MOST_PASSAGES)] = 5


class SearchResult(BaseModel):
    """A passage as a page of the web; the snippet is the whole passage.

    Before the first passage stands a line that is not of the document: how likely it is that the
    documents answer, and how their answers relate.
    """

    link: str
    title: str
    snippet: str


class ErrorReply(BaseModel):
    """Why a request was refused, in the form of FastAPI, the framework of Open WebUI."""

    detail: str


OPERATIONS = {
    "openwebui.search": Operation(
        "Search the documents instead of the web, for Open WebUI.",
        needs="cite",
        arguments=FlatFilters,
        body={JSON: SearchRequest},
        replies={JSON: list[SearchResult]},
        refusals={JSON: ErrorReply},
    )
}


def blueprint(answerer: Answerer, _: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the route /openwebui/search."""
    routes = Blueprint("openwebui", __name__)
    register_problems(routes, render_error)

    @routes.post("/openwebui/search")
    def search() -> Response:
        asked = parse_json(request, SearchRequest)
        answer = answerer.answer(Query(asked.query, asked.count, filter=parse_filters(request)))
        results = [
            SearchResult(
                link=pages.passage(one.hit.passage, request.url_root),
                title=one.hit.source.metadata.title,
                snippet=(_remark(answer) if one.rank == 1 else "") + one.hit.passage.text,
            )
            for one in answer.passages
        ]
        return json_response(RootModel[list[SearchResult]](results))

    return routes


def _remark(answer: Answer) -> str:
    """Return the line before the first passage; empty without a confidence and a comparison."""
    remarks = [f"{explain(answer.certainty)}."] if answer.certainty else []
    if answer.comparison:
        remarks.append(answer.comparison.text)
    return f"[Pincite, not the document: {' '.join(remarks)}]\n\n" if remarks else ""


def render_error(problem: Problem) -> Response:
    """Return a problem in the form of FastAPI."""
    return json_response(ErrorReply(detail=problem.detail), problem.status)
