"""The search of a vector store: the passages, each with what is known of its document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, Response, request

from index import Hit, LiveIndex, Query, cite
from service.answers.answerer import Answerer
from service.http.parsing import parse_json
from service.http.problems import FieldProblem, Problem
from service.http.responses import json_response
from service.protocols import COLLECTION
from service.protocols.openai.store_schemas import (
    Content,
    FileCounts,
    Result,
    ResultsPage,
    SearchRequest,
    VectorStore,
    VectorStoreList,
)

# What OpenAI allows of attributes, and its clients may rely on.
_MOST_ATTRIBUTES, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512


def add_stores(routes: Blueprint, answerer: Answerer, live: LiveIndex) -> None:
    """Add the routes of vector stores."""

    @routes.get("/vector_stores")
    def list_stores() -> Response:
        found = VectorStoreList(data=[_store(live)], first_id=COLLECTION, last_id=COLLECTION)
        return json_response(found)

    @routes.get("/vector_stores/<name>")
    def read_store(name: str) -> Response:
        _check_store(name)
        return json_response(_store(live))

    @routes.post("/vector_stores/<name>/search")
    def search(name: str) -> Response:
        _check_store(name)
        asked = parse_json(request, SearchRequest)
        results = [
            result
            for result in map(_result, _find(asked, answerer))
            if result.score >= asked.ranking_options.score_threshold
        ]
        return json_response(ResultsPage(search_query=asked.query, data=results))


def _find(asked: SearchRequest, answerer: Answerer) -> list[Hit]:
    """Return the hits of all questions, best first; a passage counts by its best score."""
    best: dict[tuple[str, int], Hit] = {}
    chosen = asked.filters.filter() if asked.filters else None
    for question in asked.query:
        answer = answerer.answer(Query(question, asked.max_num_results, filter=chosen))
        for hit in (passage.hit for passage in answer.passages):
            place = hit.passage.document_id, hit.passage.start
            if place not in best or hit.scores.fused > best[place].scores.fused:
                best[place] = hit
    if len(asked.query) == 1:
        return list(best.values())
    ranked = sorted(best.values(), key=lambda hit: -hit.scores.fused)
    return ranked[: asked.max_num_results]


def _result(hit: Hit) -> Result:
    return Result(
        file_id=hit.source.id,
        filename=hit.source.path,
        score=min(max(hit.scores.fused, 0), 1),
        attributes=_attributes(hit),
        content=[Content(text=hit.passage.text)],
    )


def _attributes(hit: Hit) -> dict[str, str | int]:
    """Return what is known of a passage, the more telling first, as far as there is room."""
    meta, passage = hit.source.metadata, hit.passage
    known = {
        "citation": cite(passage, hit.source),
        "title": meta.title,
        "publisher": meta.publisher,
        "authors": ", ".join(meta.authors),
        "date": meta.written_date(),
        "url": meta.url,
        "language": meta.language,
        "tags": ", ".join(meta.tags),
        "source": meta.source,
        "start": passage.start,
        "end": passage.end,
        **asdict(passage.location),
        **{key: ", ".join(values) for key, values in meta.extra},
    }
    told = {
        key[:_LONGEST_KEY]: value[:_LONGEST_VALUE] if isinstance(value, str) else value
        for key, value in known.items()
        if value not in {None, ""}
    }
    return dict(list(told.items())[:_MOST_ATTRIBUTES])


def _store(live: LiveIndex) -> VectorStore:
    generation = live.generation
    created = int(datetime.fromisoformat(generation.manifest.created).timestamp())
    files = generation.manifest.documents
    return VectorStore(
        id=COLLECTION,
        created_at=created,
        name=COLLECTION,
        usage_bytes=generation.size,
        file_counts=FileCounts(completed=files, total=files),
        last_active_at=created,
        metadata={"generation": generation.id},
    )


def _check_store(name: str) -> None:
    if name != COLLECTION:
        raise Problem(
            404,
            f"there is no vector store {name!r} here; the documents are {COLLECTION!r}",
            FieldProblem("vector_store_id", repr(name), COLLECTION),
        )
