"""Whether questions can be answered now, and what is wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from threading import Lock
from typing import Literal

from index import LiveIndex, StoredIndexError
from service.access.keyring import Keyring
from service.answers.open_collection import OpenCollection
from service.http.problems import without_folders
from service.indexing.indexer import Indexer
from service.indexing.preparation import Preparation
from service.indexing.rebuilding import Rebuild
from service.indexing.watching import Watching
from service.monitoring.figures import free_bytes
from service.schemas.state import ReadyReply
from service.settings.collections import DEFAULT_COLLECTION

_TRIED_EVERY = 10.0  # seconds between two questions that show whether the model runs
_SPARE = 256 << 20  # bytes that a build needs besides the generation that it writes


class ReadinessCheck:
    """Looks at the model, the indexes, their disks and the watch of the documents.

    The service stays ready while any sound generation answers: an earlier one where the newest is
    damaged or missing, one of another model until it is rebuilt, one that could not be updated, or
    those of other collections. Only builds need room on the disk. The reply names each of these
    faults.
    """

    def __init__(
        self,
        collections: Mapping[str, OpenCollection],
        rebuilds: Collection[Rebuild],
        is_stopping: Callable[[], bool],
        logger: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
        *,
        indexers: Mapping[str, Indexer] | None = None,
        watching: Watching | None = None,
        preparation: Preparation | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        self._collections = collections
        self._rebuilds = rebuilds
        self._indexers = indexers or {}
        self._watching = watching
        self._preparation = preparation
        self._keyring = keyring
        self._is_stopping = is_stopping
        self._logger = logger
        self._clock = clock
        self._lock = Lock()
        self._runs = True
        self._fault: str | None = None  # why the engine could not be asked
        # create_app has just asked the open indexes
        self._tried = clock() if self._is_any_open() else float("-inf")

    def look(self) -> ReadyReply:
        """Return the state of the service."""
        building = dict(self._preparation.unfinished()) if self._preparation else {}
        self._open_what_is_built()
        opened = self._is_any_open()
        if opened:
            self._ask()
        lives = [one.live for name, one in self._collections.items() if name not in building]
        first = self._collections[DEFAULT_COLLECTION].live
        # why the newest cannot be opened explains why the one that is open cannot be asked
        fault = next((live.fault for live in lives if live.fault), self._fault)
        answers = opened and self._runs and self._fault is None
        damage = next((live.damage for live in lives if live.damage), None)
        behind = next(filter(None, map(self._behind, self._indexers)), None)
        closed = next(
            (
                name
                for name, one in self._collections.items()
                if not one.live.is_open and name not in building
            ),
            "",
        )
        unwatched = self._watching.failure if self._watching else None
        lost = next(filter(None, map(_lost, lives)), None)
        keyless = self._keyring.fault() if self._keyring else None
        detail = self._behind(closed) or fault or damage or behind or keyless or unwatched or lost
        waits = any(
            not one.live.is_open and name in building for name, one in self._collections.items()
        )
        return ReadyReply(
            status=self._status(answers=answers, waits=waits),
            generation=first.generation.id if first.is_open else None,
            model="ok" if self._runs else "failing",
            index="unavailable" if fault else "damaged" if damage else self._worst_build(building),
            disk="low" if any(_is_low(live) for live in lives if live.is_open) else "ok",
            watch="off" if self._watching is None else "failing" if unwatched else "ok",
            keys="lost" if keyless else "ok",
            detail=without_folders(detail) if detail else None,
            building=building,
        )

    def _status(
        self, *, answers: bool, waits: bool
    ) -> Literal["ready", "starting", "stopping", "failing"]:
        if self._is_stopping():
            return "stopping"
        # who waits for the service asks all collections once it is ready
        return "starting" if waits else "ready" if answers else "failing"

    def _open_what_is_built(self) -> None:
        """Open the collections that have just been built, so that who waits can ask them now."""
        if self._preparation is None:
            return
        for name in self._preparation.names:
            step, live = self._preparation.latest(name), self._collections[name].live
            if step and step.answers and not live.is_open:
                with suppress(StoredIndexError):
                    live.refresh()

    def _is_any_open(self) -> bool:
        return any(one.live.is_open for one in self._collections.values())

    def _behind(self, name: str) -> str | None:
        """Return why the index of a collection could not be updated, None if it is up to date."""
        failure = self._indexers[name].failure if name in self._indexers else None
        return failure and (failure if name == DEFAULT_COLLECTION else f"{name}: {failure}")

    def _worst_build(
        self, building: Mapping[str, str]
    ) -> Literal["ok", "behind", "building", "outdated", "rebuilding"]:
        states = {one.state for one in self._rebuilds}
        if "outdated" in states:
            return "outdated"
        if "rebuilding" in states:
            return "rebuilding"
        if any(map(self._behind, self._indexers)):
            return "behind"
        return "building" if building else "ok"

    def _ask(self) -> None:
        """Ask a question, unless one was asked lately or another thread asks one now."""
        if self._clock() - self._tried < _TRIED_EVERY or not self._lock.acquire(blocking=False):
            return
        try:
            opened = next(one for one in self._collections.values() if one.live.is_open)
            opened.answerer.warm_up()
            self._runs, self._fault = True, None
        except StoredIndexError as error:
            self._fault = str(error)
        except Exception:
            self._runs, self._fault = False, None
            self._logger.exception("no question can be answered")
        finally:
            self._tried = self._clock()
            self._lock.release()


def _lost(live: LiveIndex) -> str | None:
    """Return how many documents the last build kept although their files are gone, if any."""
    try:
        report = live.report()
    except StoredIndexError:
        return None
    if report is None or not report.vanished:
        return None
    return (
        f"{report.vanished} documents are kept although their files are gone; mount their disk, or "
        "delete them: pincite index --allow-deletions"
    )


def _is_low(live: LiveIndex) -> bool:
    """Return whether the disk has no room for another generation of the same size."""
    generation = live.generation
    free = free_bytes(generation.folder.parent.parent)
    return free is not None and free < generation.size + _SPARE
