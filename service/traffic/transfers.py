"""Bodies that come in, each within its time, and files that go out; few of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from functools import partial

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import ClosingIterator

from service.access.addresses import network_of
from service.access.gate import current_key, is_owner
from service.http.operation import Operation
from service.http.problems import Problem
from service.http.table import current_operation
from service.traffic.admission import Admission, Transfer, outside
from service.traffic.sending import IN_PARTS
from service.traffic.stalled import Stalled

_BYTES_PER_SECOND = 64 * 1024  # of a long body


def register_transfers(app: Flask, admission: Admission) -> None:
    """Read the bodies of requests to `app` before it answers, and count the files that it sends.

    Each takes a thread for as long as the client likes: without a limit a few hundred clients that
    send a byte a minute would stop all others. A route that reads its body by itself, for which
    only admin keys are good, has no deadline, and counts as an upload until it has replied.
    """
    readers = ThreadPoolExecutor(2 * admission.transfers, thread_name_prefix="pincite-body")
    stalled = Stalled()

    @app.before_request
    def read_body() -> None:
        operation = current_operation()
        if operation is None or _is_empty():
            return
        if not operation.body:
            raise Problem(400, "this address takes no body; send the request without one")
        if operation.largest_body is None:
            admission.lend("upload")
            g.uploads = True
        else:
            _read(readers, admission, operation, stalled)

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if g.pop("uploads", False):
            admission.take_back("upload")

    @app.after_request
    def hold(response: Response) -> Response:
        if unread := g.pop("unread", None):
            response.headers["Connection"] = "close"
            response.response = _until(unread, response.iter_encoded())
            request.environ[IN_PARTS] = True
        if response.is_streamed and response.status_code == 200:
            try:
                admission.lend("file")
            except Problem as problem:
                response.close()
                return app.make_response(app.handle_user_exception(problem))
            # a response in direct passthrough mode, such as a file, never calls call_on_close
            response.response = ClosingIterator(
                response.response,  # type: ignore[arg-type]
                partial(admission.take_back, "file"),
            )
        return response


def _read(
    readers: ThreadPoolExecutor, admission: Admission, operation: Operation, stalled: Stalled
) -> None:
    """Read the body into memory within its time.

    A read from the server cannot be interrupted, so another thread waits for it, and is counted as
    long as it does. If the client stalls, both threads wait until its connection is ended: granian
    holds the GIL from the end of a reply until the body is no longer read.

    Raises:
        Problem: 408, the body did not come in time; 503, too many come in.
        RequestEntityTooLarge: it is larger than the operation allows.
    """
    length = request.content_length or 0
    if length > (operation.largest_body or 0):
        raise RequestEntityTooLarge
    key = current_key()
    kind: Transfer = "body" if key and not key.is_public else "stranger's body"
    network = _network() if kind == "stranger's body" else None
    admission.lend(kind, network)
    seconds = admission.body_seconds + length / _BYTES_PER_SECOND
    reading = readers.submit(request._get_current_object().get_data)  # type: ignore[attr-defined]
    reading.add_done_callback(lambda _: admission.take_back(kind, network))
    try:
        with outside():
            body = reading.result(seconds)
    except TooLate:
        g.unread = reading
        stalled.refuse(*_addresses())
        raise Problem(408, f"the body did not come within {seconds:.0f} seconds") from None
    # a body whose length was not announced is cut off at the largest
    if request.content_length is None and len(body) >= (operation.largest_body or 0):
        raise RequestEntityTooLarge


def _until(read: Future[bytes], reply: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of a reply, and end when the body is no longer read."""
    yield from reply
    read.exception()


def _network() -> str | None:
    """Return the network of the caller, None for this machine where no key is needed."""
    return None if is_owner() else network_of(request.remote_addr or "")


def _addresses() -> tuple[str, int]:
    """Return the address that the connection comes from, and the port of this service."""
    direct = {**request.environ, **request.environ.get("werkzeug.proxy_fix.orig", {})}
    return direct["REMOTE_ADDR"], int(direct["SERVER_PORT"])


def _is_empty() -> bool:
    return request.content_length == 0 or (
        request.content_length is None and "Transfer-Encoding" not in request.headers
    )
