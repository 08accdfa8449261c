"""Waiting for what a service promises, and the error if it does not keep it."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 300.0  # seconds in which a service must have caught up


class BrokenPromise(Exception):
    """The service did not do what it promises."""


def check(holds: bool, failure: str) -> None:
    """Raise BrokenPromise with a failure unless something holds."""
    if not holds:
        raise BrokenPromise(failure)


def wait_for(happened: Callable[[], bool], failure: str) -> None:
    """Wait until something has happened.

    Raises:
        BrokenPromise: it does not; `failure` says what is wrong then.
    """
    deadline = time.monotonic() + PATIENCE
    while not happened():
        check(time.monotonic() < deadline, failure)
        time.sleep(0.2)
