"""How much is asked and how long answers take: counts of the last hour, in memory alone."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MINUTES = 60
LATEST = 1000  # answers whose time is kept


@dataclass(frozen=True, slots=True)
class Seen:
    """What was asked lately.

    `per_minute` counts the questions of each of the last MINUTES minutes, the oldest first, the
    one that runs last. `milliseconds` are the times of the LATEST answers, the shortest first.
    """

    per_minute: tuple[int, ...]
    milliseconds: tuple[float, ...]

    def percentile(self, share: float) -> float | None:
        """Return the time within which that share of answers was given, None if there are none.

        By the nearest rank: it is the time of one of them.
        """
        if not self.milliseconds:
            return None
        return self.milliseconds[max(0, math.ceil(share * len(self.milliseconds)) - 1)]


class Activity:
    """Counts answers in a ring of minutes; `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ring = [(-1, 0)] * MINUTES  # a minute and its count, at the minute's remainder
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._lock = Lock()

    def record(self, milliseconds: float) -> None:
        """Count an answer that took so long."""
        now = int(self._clock() // 60)
        with self._lock:
            minute, count = self._ring[now % MINUTES]
            self._ring[now % MINUTES] = (now, count + 1 if minute == now else 1)
            self._latest.append(milliseconds)

    def seen(self) -> Seen:
        """Return what was asked lately."""
        now = int(self._clock() // 60)
        with self._lock:
            counts = dict(self._ring)
            latest = sorted(self._latest)
        minutes = range(now - MINUTES + 1, now + 1)
        return Seen(tuple(counts.get(minute, 0) for minute in minutes), tuple(latest))
