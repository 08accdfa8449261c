"""The search of a vector store: passages with the metadata of their documents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, Response, request

from index import Hit, LiveIndex, Query, cite
from service.answers.answerer import Answerer
from service.http.parsing import parse_json
from service.http.responses import json_response
from service.protocols import COLLECTION, check_name, joined, source_facts, unit_score
from service.protocols.openai.store_schemas import (
    Content,
    FileCounts,
    Result,
    ResultsPage,
    SearchRequest,
    VectorStore,
    VectorStoreList,
)

# The limits of OpenAI on attributes, which its clients may rely on.
_MOST_ATTRIBUTES, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512


def add_stores(routes: Blueprint, answerer: Answerer, live: LiveIndex) -> None:
    """Add the routes of vector stores."""

    @routes.get("/vector_stores")
    def list_stores() -> Response:
        found = VectorStoreList(data=[_store(live)], first_id=COLLECTION, last_id=COLLECTION)
        return json_response(found)

    @routes.get("/vector_stores/<name>")
    def read_store(name: str) -> Response:
        check_name(name, "vector_store_id", "vector store")
        return json_response(_store(live))

    @routes.post("/vector_stores/<name>/search")
    def search(name: str) -> Response:
        check_name(name, "vector_store_id", "vector store")
        asked = parse_json(request, SearchRequest)
        results = [
            result
            for result in map(render_hit, _find(asked, answerer))
            if result.score >= asked.ranking_options.score_threshold
        ]
        return json_response(ResultsPage(search_query=asked.query, data=results))


def _find(asked: SearchRequest, answerer: Answerer) -> list[Hit]:
    """Return the hits of all questions, best first; of a repeated passage, the best hit."""
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


def render_hit(hit: Hit) -> Result:
    """Return a passage with the metadata of its document."""
    return Result(
        file_id=hit.source.id,
        filename=hit.source.path,
        score=unit_score(hit),
        attributes=_attributes(hit),
        content=[Content(text=hit.passage.text)],
    )


def _attributes(hit: Hit) -> dict[str, str | int]:
    """Return the metadata of a passage, the most useful first, within the limits of OpenAI."""
    meta, passage = hit.source.metadata, hit.passage
    known = {
        "citation": cite(passage, hit.source),
        "title": meta.title,
        **{name: joined(value) for name, value in source_facts(hit.source).items()},
        "source": meta.source,
        "start": passage.start,
        "end": passage.end,
        **asdict(passage.location),
        **{key: ", ".join(values) for key, values in meta.extra},
    }
    cut = {
        key[:_LONGEST_KEY]: value[:_LONGEST_VALUE] if isinstance(value, str) else value
        for key, value in known.items()
        if value not in {None, ""}
    }
    return dict(list(cut.items())[:_MOST_ATTRIBUTES])


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
