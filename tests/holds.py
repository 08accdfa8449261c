"""How long a piece of work holds the GIL at a stretch, in processor time.

Python lets another thread run that has waited for a while, but not within a function of C. So the
longest processor time between two points, each the begin or the end of a call, is the longest hold,
or more where a function gives the GIL back by itself. What else runs on the machine does not count.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import FrameType


class Holds:
    """Measures, within its context, this thread and those that it starts.

    `longest` is the longest hold in seconds, `place` the line of Python where it ended.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.place = ""
        self._own = threading.local()

    def __enter__(self) -> Holds:
        """Begin to measure."""
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Measure no further."""
        sys.setprofile(None)
        threading.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        held = time.thread_time() - getattr(self._own, "last", float("inf"))
        if held > self.longest:
            self.longest = held
            self.place = f"{frame.f_code.co_filename}:{frame.f_lineno} ({event})"
        self._own.last = time.thread_time()


def longest_hold(work: Callable[[], object]) -> float:
    """Return the longest hold of the GIL by some work, in seconds of processor time."""
    with Holds() as holds:
        work()
    return holds.longest
