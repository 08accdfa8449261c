"""Chat completions: the last message of the user is the question."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

from flask import Blueprint, Response, request
from pydantic import TypeAdapter, ValidationError

from index import LiveIndex, Query
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.parsing import parse_json
from service.http.problems import refuse_field
from service.http.responses import json_response
from service.protocols import COLLECTION, check_name
from service.protocols.openai.chat_schemas import (
    Annotation,
    AnswerMessage,
    ChatRequest,
    Choice,
    Completion,
    Delta,
    Message,
    Model,
    ModelList,
    Piece,
    PieceChoice,
    UrlCitation,
    Usage,
)
from service.protocols.openai.streaming import event_stream
from service.protocols.openai.writing import Written, write_answer
from service.schemas.questions import LONGEST_QUESTION, QuestionText

_QUESTION = TypeAdapter(QuestionText)


def add_chat(routes: Blueprint, answerer: Answerer, live: LiveIndex, pages: SourcePages) -> None:
    """Add the routes of chat completions and models."""

    @routes.post("/chat/completions")
    def complete() -> Response:
        asked = parse_json(request, ChatRequest)
        check_name(asked.model, "model", "model")
        address = partial(pages.passage, asked_at=request.url_root)
        question = parse_question(asked.messages, "messages")
        answer = answerer.answer(Query(question, filter=asked.filters.filter()))
        written = write_answer(answer, address)
        marks = [
            Annotation(
                url_citation=UrlCitation(
                    start_index=mark.start,
                    end_index=mark.end,
                    title=mark.passage.hit.source.metadata.title,
                    url=address(mark.passage.hit.passage),
                )
            )
            for mark in written.marks
        ]
        identity, now = f"chatcmpl-{uuid4().hex}", int(time.time())
        if asked.stream:
            usage = asked.stream_options is not None and asked.stream_options.include_usage
            pieces = _pieces(identity, now, written, marks, usage=usage)
            return event_stream(tuple(_events(pieces)))
        message = AnswerMessage(content=written.content, annotations=marks)
        return json_response(
            Completion(
                id=identity, created=now, model=COLLECTION, choices=[Choice(message=message)]
            )
        )

    @routes.get("/models")
    def list_models() -> Response:
        return json_response(ModelList(data=[_model(live)]))

    @routes.get("/models/<name>")
    def read_model(name: str) -> Response:
        check_name(name, "model", "model")
        return json_response(_model(live))


def _model(live: LiveIndex) -> Model:
    created = datetime.fromisoformat(live.generation.manifest.created)
    return Model(id=COLLECTION, created=int(created.timestamp()))


def parse_question(messages: Sequence[Message], field: str) -> str:
    """Return the last message of the user as a question.

    Raises:
        Problem: 422, there is none, or it is no question; `field` holds the messages.
    """
    said = next((one.text() for one in reversed(messages) if one.role == "user"), None)
    try:
        return _QUESTION.validate_python(said)
    except ValidationError as error:
        rule = f"1 to {LONGEST_QUESTION} characters without control characters"
        raise refuse_field(field, said, f"a message of the role user, with {rule}") from error


def _pieces(
    identity: str, now: int, written: Written, marks: list[Annotation], *, usage: bool
) -> Iterator[Piece]:
    deltas = [
        Delta(role="assistant", content=""),
        Delta(content=written.answer),
        Delta(content=written.sources),
    ]
    if marks:
        deltas.append(Delta(annotations=marks))
    choices = [[PieceChoice(delta=delta)] for delta in deltas]
    choices.append([PieceChoice(delta=Delta(), finish_reason="stop")])
    for choice in choices:
        yield Piece(id=identity, created=now, model=COLLECTION, choices=choice)
    if usage:
        yield Piece(id=identity, created=now, model=COLLECTION, choices=[], usage=Usage())


def _events(pieces: Iterator[Piece]) -> Iterator[str]:
    for piece in pieces:
        yield f"data: {piece.model_dump_json()}\n\n"
    yield "data: [DONE]\n\n"
