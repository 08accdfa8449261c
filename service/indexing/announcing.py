"""A run of `pincite index` that prints its result on standard error."""

from __future__ import annotations

from index import PinciteError
from service.console import say
from service.indexing.indexer import Run
from service.schemas.runs import ReportReply


class Announced:
    """Makes the run of a collection, and says what it published or why it failed.

    A failure is said once, until another takes its place.
    """

    def __init__(self, collection: str, run: Run) -> None:
        self._collection = collection
        self._run = run
        self._last = ""

    def __call__(self) -> ReportReply:
        """Run; return the report.

        Raises:
            PinciteError: that of the run.
        """
        try:
            report = self._run()
        except PinciteError as error:
            if str(error) != self._last:
                self._last = str(error)
                self._say(self._last)
            raise
        self._last = ""
        if report.published:
            self._say(_outline(report))
        return report

    def _say(self, text: str) -> None:
        say(f"{self._collection}: {text}")


def _outline(report: ReportReply) -> str:
    counts = [f"{number} {status}" for status, number in report.counts.items() if number]
    counts += [f"{len(report.deleted)} deleted"] if report.deleted else []
    return f"{', '.join(counts)}; published generation {report.generation}"
