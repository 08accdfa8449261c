"""Moving an index over to another model while the one that there is answers."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from typing import Literal

from index import LiveIndex
from service.indexing.indexer import Indexer
from service.schemas.runs import ReportReply


class Rebuild:
    """Has an index that another model built than the wanted one built anew, in another process.

    The next run takes up one that failed: after a change over HTTP or by the watcher, or when the
    service is started again.
    """

    def __init__(self, live: LiveIndex, indexer: Indexer, logger: logging.Logger) -> None:
        self._live = live
        self._logger = logger
        self._failure: BaseException | None = None
        if live.outdated:
            indexer.request().add_done_callback(self._note)

    @property
    def state(self) -> Literal["ok", "rebuilding", "outdated"]:
        """What the index is: of the wanted model, not yet, or not before another run."""
        if not self._live.outdated:
            return "ok"
        return "outdated" if self._failure else "rebuilding"

    def told(self) -> str | None:
        """Return in words what is under way or went wrong, None if the wanted model answers."""
        if not self._live.outdated:
            return None
        wanted, answers = self._live.model.name, self._live.generation.manifest.model
        until = f"until then {answers} answers"
        if self._failure:
            return f"could not be rebuilt with the model {wanted}: {self._failure}; {until}"
        return f"is being rebuilt with the model {wanted}; {until}"

    def _note(self, run: Future[ReportReply]) -> None:
        self._failure = run.exception()
        if self._failure:
            self._logger.error("the index %s", self.told())
