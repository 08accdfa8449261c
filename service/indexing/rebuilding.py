"""Rebuilding an index with another model, while the old one answers."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from typing import Literal

from index import LiveIndex
from service.indexing.indexer import Indexer
from service.schemas.runs import ReportReply


class Rebuild:
    """Requests a rebuild of an index that was built with another model than the setting.

    A rebuild that failed is made again by the next run.
    """

    def __init__(self, live: LiveIndex, indexer: Indexer, logger: logging.Logger) -> None:
        self._live = live
        self._logger = logger
        self._failure: BaseException | None = None
        if live.outdated:
            indexer.request().add_done_callback(self._note)

    @property
    def state(self) -> Literal["ok", "rebuilding", "outdated"]:
        """Whether the index has the wanted model, gets it now, or could not be rebuilt."""
        if not self._live.outdated:
            return "ok"
        return "outdated" if self._failure else "rebuilding"

    def message(self) -> str | None:
        """Return the progress or the failure in words, None if the wanted model answers."""
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
            self._logger.error("the index %s", self.message())
