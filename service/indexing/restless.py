"""Paths that change again and again, so that a file that grows does not keep a core busy."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_FIRST = 2.0  # seconds for which the next change of a path is held back, at first
_LONGEST = 60.0  # the seconds are doubled each time, up to this


@dataclass(slots=True)
class _Held:
    """A path whose changes are held back for `pause` seconds, until the time `until`."""

    pause: float
    until: float
    has_changed: bool = False


class Restless:
    """Passes on the first change of a path at once, and others after longer and longer pauses.

    The last change of a path is passed on too. A path that did not change during its pause is
    forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[Path, _Held] = {}

    def pass_on(self, changed: Collection[Path]) -> set[Path]:
        """Return the paths whose changes count now; call it at least once a second."""
        for path in changed:
            if held := self._held.get(path):
                held.has_changed = True
        now = self._clock()
        fresh = set(changed) - self._held.keys()
        again = dict(self._end_pauses(now))
        self._held |= {path: _Held(_FIRST, now + _FIRST) for path in fresh}
        self._held |= {path: _Held(pause, now + pause) for path, pause in again.items()}
        return fresh | again.keys()

    def _end_pauses(self, now: float) -> Iterator[tuple[Path, float]]:
        """Forget paths whose pause is over; yield those that changed, with their next pause."""
        for path, held in list(self._held.items()):
            if held.until <= now:
                del self._held[path]
                if held.has_changed:
                    yield path, min(2 * held.pause, _LONGEST)
