"""Few requests at a time in the interpreter: the others wait at the door, not for its lock.

Dozens of threads that want the lock hand it round, and who needs it for a moment, as /healthz does,
waits for all of them, and again each time that it lets go.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What says how the service is doing is answered however much it has to do.
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
# With 1 or 2 the lock is idle while the next thread wakes up, and less is answered.
_AT_ONCE = 8
# Seconds after which one goes in all the same, so that nobody who waits for something else inside
# can stop the others.
_PATIENCE = 0.5

# A context goes along to the threads that answer for a request, as they do over MCP.
_VISIT: ContextVar[_Visit | None] = ContextVar("visit", default=None)


class Turnstile:
    """Lets `at_once` requests into `application`, not counting those that went `outside`."""

    def __init__(self, application: WSGIApplication, at_once: int = _AT_ONCE) -> None:
        self._application = application
        self._free = threading.Semaphore(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as WSGI asks for."""
        if environ["PATH_INFO"] in ALWAYS:
            return self._application(environ, start_response)
        visit = _Visit(self._free)
        visit.enter()
        token = _VISIT.set(visit)
        try:
            return self._application(environ, start_response)
        finally:
            _VISIT.reset(token)
            visit.leave()


@contextmanager
def outside() -> Iterator[None]:
    """Let another request in while this one waits for something else than the interpreter."""
    visit = _VISIT.get()
    if visit is None or not visit.leave():
        yield
        return
    try:
        yield
    finally:
        visit.enter()


def leave() -> None:
    """Let another request in for good: this one will wait for something else, and then be short."""
    if visit := _VISIT.get():
        visit.leave()


class _Visit:
    """A place inside, which a request has or has not."""

    def __init__(self, free: threading.Semaphore) -> None:
        self._free = free
        self._inside = False

    def enter(self) -> None:
        self._inside = self._free.acquire(timeout=_PATIENCE)

    def leave(self) -> bool:
        """Give the place back; return whether there was one."""
        was, self._inside = self._inside, False
        if was:
            self._free.release()
        return was
