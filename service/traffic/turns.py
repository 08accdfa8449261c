"""A turn for each request that answers a question."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, g, request

from service.http.table import current_operation
from service.traffic.admission import Admission


def register_turns(app: Flask, admission: Admission, waited: Callable[[float], None]) -> None:
    """Let each request to `app` that is limited wait for its turn; `waited` gets the seconds."""

    @app.before_request
    def enter() -> None:
        operation = current_operation()
        if operation is not None and operation.limited and request.method != "OPTIONS":
            began = time.perf_counter()
            admission.enter()
            waited(time.perf_counter() - began)
            g.has_turn = True

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("has_turn", False):
            admission.leave()
