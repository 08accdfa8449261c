"""Changes to a collection: files are written, and then the index is updated."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Literal

from index import LiveIndex, PinciteError, document_id
from service.http.problems import without_folders
from service.indexing.indexer import Indexer
from service.schemas.runs import ChangedReply, ChangeReply, ReportReply

_KEPT = 1000  # changes whose state can be asked for

Kind = Literal["added", "replaced", "deleted"]


@dataclass(frozen=True, slots=True)
class Change:
    """Paths that were changed together, each with the kind of its change, and the run for them."""

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
        """Request a run that indexes the changed paths."""
        change = Change(secrets.token_hex(8), tuple(paths), self._indexer.request())
        with self._lock:
            self._latest[change.id] = change
            while len(self._latest) > _KEPT:
                self._latest.popitem(last=False)
        return change

    def find(self, identity: str) -> Change | None:
        """Return a change by its id, None if there is none among the latest."""
        with self._lock:
            return self._latest.get(identity)

    def reply(
        self, change: Change, address: Callable[[str], str], seconds: float = 0.0
    ) -> ChangeReply:
        """Return the state of a change; wait up to some seconds for the end of its run.

        `address` returns the address of a change, by its id.
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
                state, problem = "failed", without_folders(str(error))
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
