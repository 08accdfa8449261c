"""How many clients may send and fetch at once, for each may do so as slowly as it likes."""

from __future__ import annotations

import threading

from flask import Flask, Response, g, request
from werkzeug.wsgi import ClosingIterator

from service.http.problems import Problem
from service.http.table import current_operation
from service.traffic.queue import Queue
from service.traffic.turnstile import outside


class Places:
    """A number of threads of a queue that are lent at once or not at all."""

    def __init__(self, number: int, queue: Queue) -> None:
        self._free = threading.Semaphore(number)
        self._queue = queue

    def take(self) -> None:
        """Take a place, which `free` gives back.

        Raises:
            Problem: 503, all are taken.
        """
        if not self._free.acquire(blocking=False):
            raise Problem(503, "too many clients send or fetch slowly; try again")
        try:
            self._queue.lend()
        except Problem:
            self._free.release()
            raise

    def free(self) -> None:
        """Give a place back."""
        self._queue.take_back()
        self._free.release()


def register_places(app: Flask, bodies: Places, uploads: Places, streams: Places) -> None:
    """Let no more bodies come in, and no more files go out, than there are places for.

    Each takes a thread of the server for as long as the client likes, and the server knows no
    deadline; without this a few hundred that send or fetch a byte a minute would stop all others.
    A route that reads its body by itself has it as one of `uploads`, for which only admin keys are
    good, until it has replied.
    """

    @app.before_request
    def read_body() -> None:
        operation = current_operation()
        if operation is None or _is_empty():
            return
        if operation.largest_body is None:
            uploads.take()
            g.uploads = True
            return
        bodies.take()
        try:
            with outside():
                request.get_data()
        finally:
            bodies.free()

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if g.pop("uploads", False):
            uploads.free()

    @app.after_request
    def hold(response: Response) -> Response:
        if response.is_streamed and response.status_code == 200:
            try:
                streams.take()
            except Problem as problem:
                response.close()
                return app.make_response(app.handle_user_exception(problem))
            # what is passed through as it is, as files are, knows nothing of call_on_close
            response.response = ClosingIterator(response.response, streams.free)  # type: ignore[arg-type]
        return response


def _is_empty() -> bool:
    return request.content_length == 0 or (
        request.content_length is None and "Transfer-Encoding" not in request.headers
    )
