"""The number of questions of the last hour and the latency of the latest answers, in memory."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

MINUTES = 60
LATEST = 1000  # answers whose latency is kept


@dataclass(frozen=True, slots=True)
class RecentActivity:
    """The questions of the last hour and the latency of the latest answers.

    `per_minute` counts the questions of each of the last MINUTES minutes, the oldest first; the
    last one is the current minute. `milliseconds` holds the latency of the LATEST answers, sorted.
    """

    per_minute: tuple[int, ...]
    milliseconds: tuple[float, ...]

    def percentile(self, share: float) -> float | None:
        """Return a percentile of the latency by the nearest rank, None without answers."""
        if not self.milliseconds:
            return None
        return self.milliseconds[max(0, math.ceil(share * len(self.milliseconds)) - 1)]


class Activity:
    """Counts answers by minute; `clock` is a monotonic clock in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ring = [(-1, 0)] * MINUTES  # (minute, count) at the index minute % MINUTES
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._lock = Lock()

    def record(self, milliseconds: float) -> None:
        """Count an answer and keep its latency."""
        now = int(self._clock() // 60)
        with self._lock:
            minute, count = self._ring[now % MINUTES]
            self._ring[now % MINUTES] = (now, count + 1 if minute == now else 1)
            self._latest.append(milliseconds)

    def recent(self) -> RecentActivity:
        """Return the counts of the last hour and the latest latencies."""
        now = int(self._clock() // 60)
        with self._lock:
            counts = dict(self._ring)
            latest = sorted(self._latest)
        minutes = range(now - MINUTES + 1, now + 1)
        return RecentActivity(tuple(counts.get(minute, 0) for minute in minutes), tuple(latest))
