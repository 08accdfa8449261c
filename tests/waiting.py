"""Waiting for the work of another thread or process."""

from __future__ import annotations

import time
from collections.abc import Callable

_PATIENCE = 120.0  # seconds; only how long a broken service is waited for
_LONGEST = 0.2  # seconds between two looks, which may be requests


def becomes(happened: Callable[[], bool]) -> bool:
    """Wait until something happens; return whether it did."""
    deadline = time.monotonic() + _PATIENCE
    pause = 0.01
    while not happened() and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST)
    return happened()
