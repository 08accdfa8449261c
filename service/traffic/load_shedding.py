"""Load shedding: a request reaches the application when there is room, or is refused at once.

To name, check and count a request takes as long as some answers do: under a load that is far too
high there would be time for nothing else. A refusal here costs a small part of that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from pydantic_core import to_json
from werkzeug.wsgi import ClosingIterator

from service.http.media import PROBLEM
from service.http.request_ids import HEADER, new_request_id
from service.http.responses import HEADERS
from service.schemas.problems import ProblemReply
from service.traffic.admission import Admission

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# These tell how the service is doing, and are answered under any load.
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
# Seconds of refusing, and then of rest. When a refusal begins, the thread that runs Python stops,
# and then both threads have to wake up: that takes longer than the refusal. One that follows
# another at once finds the GIL free. On two cores 75 in 100 of the answers that are given alone are
# given at ten times the load without rest, and 85 with it
# (python -m tests.faults.overload --seconds 5 --pairs 6); /healthz waits about as long.
_BURST, _REST = 0.001, 0.003

_HEADERS = [*HEADERS.items(), ("Content-Type", PROBLEM), ("Retry-After", "1")]
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


class LoadShedder:
    """Calls `application` while `admission` has room; else replies 503, and when to try again.

    `is_known` returns whether a request has a key; the last threads are for those.
    """

    def __init__(
        self,
        application: WSGIApplication,
        admission: Admission,
        is_known: Callable[[WSGIEnvironment], bool] = lambda _: True,
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._application = application
        self._admission = admission
        self._is_known = is_known
        self._clock = clock
        self._sleep = sleep
        self._rested = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as WSGI asks for."""
        if environ["PATH_INFO"] in ALWAYS:
            return self._application(environ, start_response)
        if self._admission.arrive(partial(self._is_known, environ)):
            return self._answer(environ, start_response)
        self._rest()
        body = _body(environ["PATH_INFO"])
        own = [("Content-Length", str(len(body))), (HEADER, new_request_id())]
        start_response("503 Service Unavailable", [*_HEADERS, *own])
        return [body]

    def _rest(self) -> None:
        """Let some more requests come before the next are refused, one after another."""
        if self._clock() - self._rested > _BURST:
            self._sleep(_REST)
            self._rested = self._clock()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        depart = self._admission.depart
        try:
            with self._admission.visit():
                reply = self._application(environ, start_response)
        except BaseException:
            depart()
            raise
        if isinstance(reply, list):  # the server sends it without a thread of this process
            depart()
            return reply
        return ClosingIterator(reply, depart)


def _body(path: str) -> bytes:
    instance = path.encode("latin-1").decode(errors="replace")  # as WSGI writes it
    return _BODY.replace(_INSTANCE, to_json(instance))
