"""The Responses API: the last message of the user is the question.

https://platform.openai.com/docs/api-reference/responses. A response is a search of the documents
(`file_search_call`) and a message, whole or as events.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from uuid import uuid4

from flask import Blueprint, Response, request
from pydantic import BaseModel

from index import Passage, Query
from service.answers.answer import Answer
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.parsing import parse_json
from service.http.responses import json_response
from service.protocols import COLLECTION, check_name
from service.protocols.openai.chat import parse_question
from service.protocols.openai.response_schemas import (
    FileCitation,
    FileResult,
    FileSearchCall,
    OutputMessage,
    OutputText,
    ResponseReply,
    ResponseRequest,
    WebCitation,
)
from service.protocols.openai.stores import render_hit
from service.protocols.openai.streaming import event_stream
from service.protocols.openai.writing import Written, write_answer

_RESULTS = "file_search_call.results"


def add_responses(routes: Blueprint, answerer: Answerer, pages: SourcePages) -> None:
    """Add the route of the Responses API."""

    @routes.post("/responses")
    def respond() -> Response:
        asked = parse_json(request, ResponseRequest)
        check_name(asked.model, "model", "model")
        address = partial(pages.passage, asked_at=request.url_root)
        question = parse_question(asked.messages(), "input")
        answer = answerer.answer(Query(question, filter=asked.filters.filter()))
        written = write_answer(answer, address)
        search = FileSearchCall(
            id=f"fs_{uuid4().hex}",
            queries=[question],
            results=_results(answer) if _RESULTS in asked.include else None,
        )
        text = OutputText(text=written.content, annotations=_annotations(written, address))
        message = OutputMessage(id=f"msg_{uuid4().hex}", content=[text])
        reply = ResponseReply(
            id=f"resp_{uuid4().hex}",
            created_at=int(time.time()),
            model=COLLECTION,
            output=[search, message],
        )
        if not asked.stream:
            return json_response(reply)
        return event_stream(_events(reply, search, message, written))


def _results(answer: Answer) -> list[FileResult]:
    results = [render_hit(one.hit) for one in answer.passages]
    return [
        FileResult(
            **one.model_dump(exclude={"content"}), text="".join(part.text for part in one.content)
        )
        for one in results
    ]


def _annotations(
    written: Written, address: Callable[[Passage], str]
) -> list[FileCitation | WebCitation]:
    """Return two citations a mark: one of the document, one of the page that shows the passage."""
    annotations: list[FileCitation | WebCitation] = []
    for mark in written.marks:
        hit = mark.passage.hit
        source = hit.source
        annotations += [
            FileCitation(file_id=source.id, filename=source.path, index=mark.start),
            WebCitation(
                start_index=mark.start,
                end_index=mark.end,
                title=source.metadata.title,
                url=address(hit.passage),
            ),
        ]
    return annotations


def _events(
    reply: ResponseReply, search: FileSearchCall, message: OutputMessage, written: Written
) -> Iterator[str]:
    """Yield a response as server-sent events, in the order of OpenAI's."""
    numbers = count()

    def event(kind: str, **fields: object) -> str:
        body = {"type": f"response.{kind}", "sequence_number": next(numbers)}
        for name, value in fields.items():
            body[name] = value.model_dump() if isinstance(value, BaseModel) else value
        return f"event: {body['type']}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"

    text = message.content[0]
    begun = reply.model_copy(update={"status": "in_progress", "output": [], "usage": None})
    searching = search.model_copy(update={"status": "in_progress", "results": None})
    empty = text.model_copy(update={"text": "", "annotations": []})
    opened = message.model_copy(update={"status": "in_progress", "content": []})
    searched = {"output_index": 0, "item_id": search.id}
    said = {"output_index": 1, "item_id": message.id, "content_index": 0}
    yield event("created", response=begun)
    yield event("in_progress", response=begun)
    yield event("output_item.added", output_index=0, item=searching)
    for step in ("in_progress", "searching", "completed"):
        yield event(f"file_search_call.{step}", **searched)
    yield event("output_item.done", output_index=0, item=search)
    yield event("output_item.added", output_index=1, item=opened)
    yield event("content_part.added", **said, part=empty)
    for part in (written.answer, written.sources):
        yield event("output_text.delta", **said, delta=part, logprobs=[])
    for place, annotation in enumerate(text.annotations):
        yield event(
            "output_text.annotation.added", **said, annotation_index=place, annotation=annotation
        )
    yield event("output_text.done", **said, text=text.text, logprobs=[])
    yield event("content_part.done", **said, part=text)
    yield event("output_item.done", output_index=1, item=message)
    yield event("completed", response=reply)
