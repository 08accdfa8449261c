"""Whether questions can be answered now: asked by whoever sends the service requests."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from index import LiveIndex
from service.answers import Answerer
from service.monitoring.figures import free_bytes
from service.settings import DEFAULT_COLLECTION

_TRIED_EVERY = 10.0  # seconds between two questions that are asked to see whether the model runs
_SPARE = 256 << 20  # bytes that a build needs besides the generation that it writes


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is found; see ReadyReply in service/schemas/state.py."""

    status: Literal["ready", "stopping", "failing"]
    generation: str
    model: Literal["ok", "failing"]
    index: Literal["ok", "damaged"]
    disk: Literal["ok", "low"]


class ReadinessCheck:
    """Looks at the model, the indexes and their disks; `is_stopping` tells whether to end soon.

    An index whose newest generation is damaged goes on answering from the one before, and a disk
    that is low is needed by builds alone: both are told, and neither makes the service unready.
    """

    def __init__(
        self,
        answerers: Mapping[str, tuple[Answerer, LiveIndex]],
        is_stopping: Callable[[], bool],
        logger: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answerers = answerers
        self._is_stopping = is_stopping
        self._logger = logger
        self._clock = clock
        self._lock = Lock()
        self._tried = clock()  # create_app has just asked
        self._runs = True

    def look(self) -> Readiness:
        """Return what is found now."""
        runs = self._model_runs()
        lives = [live for _, live in self._answerers.values()]
        return Readiness(
            status="stopping" if self._is_stopping() else "ready" if runs else "failing",
            generation=self._answerers[DEFAULT_COLLECTION][1].generation.id,
            model="ok" if runs else "failing",
            index="damaged" if any(live.damage for live in lives) else "ok",
            disk="low" if any(_is_low(live) for live in lives) else "ok",
        )

    def _model_runs(self) -> bool:
        """Ask a question, unless somebody did lately or does so now."""
        if self._clock() - self._tried < _TRIED_EVERY or not self._lock.acquire(blocking=False):
            return self._runs
        try:
            self._answerers[DEFAULT_COLLECTION][0].warm_up()
            self._runs = True
        except Exception:
            self._runs = False
            self._logger.exception("no question can be answered")
        finally:
            self._tried = self._clock()
            self._lock.release()
        return self._runs


def _is_low(live: LiveIndex) -> bool:
    """Return whether the disk has no room for another generation of the same size."""
    generation = live.generation
    return free_bytes(generation.folder.parent.parent) < generation.size + _SPARE
