"""Whether questions can be answered now: asked by whoever sends the service requests."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Literal

from index import LiveIndex, StoredIndexError
from service.answers.answerer import Answerer
from service.http.problems import without_folders
from service.indexing.rebuilding import Rebuild
from service.monitoring.figures import free_bytes
from service.schemas.state import ReadyReply
from service.settings.collections import DEFAULT_COLLECTION

_TRIED_EVERY = 10.0  # seconds between two questions that are asked to see whether the model runs
_SPARE = 256 << 20  # bytes that a build needs besides the generation that it writes


class ReadinessCheck:
    """Looks at the model, the indexes and their disks; `is_stopping` tells whether to end soon.

    An index whose newest generation is damaged, or that cannot be looked for, goes on answering
    from the one before, one of another model until it is rebuilt, and a disk that is low is needed
    by builds alone: all are told, and none makes the service unready.
    """

    def __init__(
        self,
        answerers: Mapping[str, tuple[Answerer, LiveIndex]],
        rebuilds: Collection[Rebuild],
        is_stopping: Callable[[], bool],
        logger: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answerers = answerers
        self._rebuilds = rebuilds
        self._is_stopping = is_stopping
        self._logger = logger
        self._clock = clock
        self._lock = Lock()
        self._runs = True
        self._fault: str | None = None  # why the engine could not be asked
        # create_app has just asked what was open
        self._tried = clock() if self._all_open() else float("-inf")

    def look(self) -> ReadyReply:
        """Return what is found now."""
        opened = self._all_open()
        if opened:
            self._ask()
        lives = [live for _, live in self._answerers.values()]
        first = self._answerers[DEFAULT_COLLECTION][1]
        # why the newest cannot be opened explains why the one that is open cannot be asked
        fault = next((live.fault for live in lives if live.fault), self._fault)
        answers = opened and self._runs and self._fault is None
        damaged = any(live.damage for live in lives)
        return ReadyReply(
            status="stopping" if self._is_stopping() else "ready" if answers else "failing",
            generation=first.generation.id if first.is_open else None,
            model="ok" if self._runs else "failing",
            index="unavailable" if fault else "damaged" if damaged else self._worst_rebuild(),
            disk="low" if any(_is_low(live) for live in lives if live.is_open) else "ok",
            detail=without_folders(fault) if fault else None,
        )

    def _all_open(self) -> bool:
        return all(live.is_open for _, live in self._answerers.values())

    def _worst_rebuild(self) -> Literal["ok", "outdated", "rebuilding"]:
        states = {one.state for one in self._rebuilds}
        return (
            "outdated" if "outdated" in states else "rebuilding" if "rebuilding" in states else "ok"
        )

    def _ask(self) -> None:
        """Ask a question, unless somebody did lately or does so now."""
        if self._clock() - self._tried < _TRIED_EVERY or not self._lock.acquire(blocking=False):
            return
        try:
            self._answerers[DEFAULT_COLLECTION][0].warm_up()
            self._runs, self._fault = True, None
        except StoredIndexError as error:
            self._fault = str(error)
        except Exception:
            self._runs, self._fault = False, None
            self._logger.exception("no question can be answered")
        finally:
            self._tried = self._clock()
            self._lock.release()


def _is_low(live: LiveIndex) -> bool:
    """Return whether the disk has no room for another generation of the same size."""
    generation = live.generation
    return free_bytes(generation.folder.parent.parent) < generation.size + _SPARE
