"""The service with a stopwatch on each stage of a question, which GET /stages reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import index.answering.compiled_answer_model as answering
import index.embedding.compiled as embedding
from index.catalog.reader import Catalog
from index.generation.local_passages import LocalPassages
from index.ranking import candidates, retriever, window_readings
from service.answers import answerer
from service.answers.batching import Batches
from service.commands.server import open_app
from service.http import parsing
from service.protocols import native
from service.traffic.admission import Admission
from tests.benchmarks.stopwatch import Stopwatch

REST = "Flask and interceptors"
ADDRESS = "/stages"


class _TimedTokenizer:
    """A tokenizer whose batches are timed; the library's own class cannot be patched."""

    def __init__(self, tokenizer: Any, watch: Stopwatch) -> None:
        self._tokenizer = tokenizer
        self.encode_batch = watch.timed("tokenising", tokenizer.encode_batch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def watch_stages(watch: Stopwatch) -> None:
    """Put the stopwatch on the stages, for the rest of the process."""
    watch.patch("parsing", native, "parse_arguments", "parse_body")
    watch.patch("parsing", parsing, "parse_filters")
    watch.patch("admission", Admission, "arrive", "depart", "enter", "leave")
    watch.patch("waiting for a batch", Batches, "ask")
    watch.patch("encoding", embedding.CompiledEmbedder, "embed_questions")
    watch.patch("answer model", answering.CompiledAnswerModel, "read")
    watch.patch("vector search", LocalPassages, "nearest")
    watch.patch("BM25", LocalPassages, "matching", "frequencies")
    watch.patch("reading rows", LocalPassages, "read")
    watch.patch("matching", candidates, "choose_terms", "weigh_terms", "match_terms")
    watch.patch("fusing", retriever, "fuse", "feedback", "time_penalty", "confidence_features")
    watch.patch("evidence", window_readings, "find_evidence")
    watch.patch("evidence", retriever, "find_evidence", "group_duplicates")
    watch.patch("reading the catalog", Catalog, "passages")
    watch.patch("citing", answerer, "cite", "compare_answers")
    watch.patch("rendering", native, "answer_reply", "json_response")
    for model in (embedding.CompiledEmbedder, answering.CompiledAnswerModel):
        _time_tokenizer(model, watch)


def _time_tokenizer(model: Any, watch: Stopwatch) -> None:
    opened = model.__init__

    def open_timed(self: Any, *arguments: Any, **named: Any) -> None:
        opened(self, *arguments, **named)
        self._tokenizer = _TimedTokenizer(self._tokenizer, watch)

    model.__init__ = open_timed


def open_staged() -> WSGIApplication:
    """Return the application for granian, with the stopwatch and its address."""
    watch = Stopwatch()
    watch_stages(watch)
    inner = watch.timed(REST, open_app().wsgi_app)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != ADDRESS:
            return inner(environ, start)
        body = json.dumps({name: asdict(one) for name, one in watch.take().items()}).encode()
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return application
