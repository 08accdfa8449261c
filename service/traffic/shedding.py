"""Turning requests away at the door while the queue is full.

To name, to check and to count a request takes a third of a millisecond, as much as some answers: at
ten times the load there would be time for nothing else. Here it takes some microseconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic_core import to_json
from werkzeug.wsgi import ClosingIterator

from service.http.media import PROBLEM
from service.http.request_ids import HEADER, new_request_id
from service.http.responses import HEADERS
from service.schemas.problems import ProblemReply
from service.traffic.queue import Queue
from service.traffic.turnstile import ALWAYS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Seconds of refusing, and then of rest, in which more come to be refused. When a refusal begins,
# whoever works in the interpreter stops, and then both threads have to wake up: that takes longer
# than to refuse. One that follows another at once finds the lock free. On two cores 75 in 100 of
# the answers that are given alone are given at ten times the load without rest, and 85 with it
# (python -m tests.faults.overload --seconds 5 --pairs 6); /healthz waits about as long.
_BURST, _REST = 0.001, 0.003

_HEADERS = [
    *HEADERS.items(),
    ("Content-Type", PROBLEM),
    ("Retry-After", "1"),
]
_INSTANCE = b'"here"'
_BODY = (
    ProblemReply(
        title="Service Unavailable",
        status=503,
        detail="too many requests wait already; try again",
        instance="here",
        errors=[],
    )
    .model_dump_json()
    .encode()
)


class Shedding:
    """Asks `application` only while there is a place in `queue`; else says when to come again."""

    def __init__(self, application: WSGIApplication, queue: Queue) -> None:
        self._application = application
        self._queue = queue
        self._rested = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as WSGI asks for."""
        if environ["PATH_INFO"] in ALWAYS:
            return self._application(environ, start_response)
        if self._queue.arrive():
            return self._answer(environ, start_response)
        self._rest()
        body = _body(environ["PATH_INFO"])
        own = [("Content-Length", str(len(body))), (HEADER, new_request_id())]
        start_response("503 Service Unavailable", [*_HEADERS, *own])
        return [body]

    def _rest(self) -> None:
        """Let some more come before the next are refused, one after another."""
        if time.perf_counter() - self._rested > _BURST:
            time.sleep(_REST)
            self._rested = time.perf_counter()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            reply = self._application(environ, start_response)
        except BaseException:
            self._queue.depart()
            raise
        if isinstance(reply, list):  # which the server sends without a thread of this process
            self._queue.depart()
            return reply
        return ClosingIterator(reply, self._queue.depart)


def _body(path: str) -> bytes:
    instance = path.encode("latin-1").decode(errors="replace")  # as WSGI writes it
    return _BODY.replace(_INSTANCE, to_json(instance))
