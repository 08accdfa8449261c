"""Changes to a collection: files are written, and then the index is brought in step."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Literal

from index import LiveIndex, PinciteError, document_id
from service.indexing.indexer import Indexer
from service.schemas.runs import ChangedReply, ChangeReply, ReportReply

_KEPT = 1000  # changes whose state can be asked for

Kind = Literal["added", "replaced", "deleted"]


@dataclass(frozen=True, slots=True)
class Change:
    """Paths that were changed together, each with how, and the run that takes them in."""

    id: str
    paths: tuple[tuple[str, Kind], ...]
    run: Future[ReportReply]


class Changes:
    """The latest changes to one collection."""

    def __init__(self, live: LiveIndex, indexer: Indexer) -> None:
        self._live = live
        self._indexer = indexer
        self._latest: OrderedDict[str, Change] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, paths: Sequence[tuple[str, Kind]]) -> Change:
        """Ask for a run that takes in what was changed."""
        change = Change(secrets.token_hex(8), tuple(paths), self._indexer.request())
        with self._lock:
            self._latest[change.id] = change
            while len(self._latest) > _KEPT:
                self._latest.popitem(last=False)
        return change

    def find(self, identity: str) -> Change | None:
        """Return a change by its id, None if there is none or it was long ago."""
        with self._lock:
            return self._latest.get(identity)

    def reply(
        self, change: Change, address: Callable[[str], str], seconds: float = 0.0
    ) -> ChangeReply:
        """Return the state of a change, waiting some seconds until it can be asked.

        `address` gives the address at which the state of a change is told.
        """
        wait([change.run], timeout=seconds)
        state: Literal["running", "live", "failed"] = "running"
        problem, report = None, None
        if change.run.done():
            try:
                report = change.run.result()
                self._live.refresh()
                state = "live"
            except PinciteError as error:
                state, problem = "failed", str(error)
        files = {file.path: file for file in report.files} if report else {}
        return ChangeReply(
            state=state,
            generation=self._live.generation.id if self._live.is_open else "",
            changes=[
                ChangedReply(id=document_id(path), path=path, change=kind, file=files.get(path))
                for path, kind in change.paths
            ],
            status_url=address(change.id),
            problem=problem,
        )
