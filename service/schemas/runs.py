"""The runs of the indexer, and changes of documents, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel

from index import STATUSES, Report, Status


class FileReply(BaseModel):
    """The result of the last run for one file; see `FileReport` in index/report.py."""

    path: str
    status: Status
    reason: str | None
    passages: int
    pages: int
    pages_without_text: int
    seconds: float
    stale: bool
    renamed_from: str | None
    duplicate_of: str | None


class RunReply(BaseModel):
    """The time of the last run, and the number of files of each status."""

    finished: str
    counts: dict[Status, int]


class ReportReply(BaseModel):
    """The last run, with one entry for every file that was found; see index/report.py.

    `with_network` says that documents were read by processes that could not be kept from a network.
    """

    generation: str | None
    published: bool
    finished: str
    counts: dict[Status, int]
    passages: int
    deleted: list[str]
    with_network: bool
    files: list[FileReply]


class ChangedReply(BaseModel):
    """A file that was added, replaced or deleted; `id` is the id of its document.

    `file` is its result in the run, null for a deleted file or while the run is not finished.
    """

    id: str
    path: str
    change: Literal["added", "replaced", "deleted"]
    file: FileReply | None = None


class ChangeReply(BaseModel):
    """The state of a change of documents.

    *running*: the index is being built. *live*: answers come from the changed documents.
    *failed*: the files are changed but the index is not; `problem` says why. `status_url` returns
    the current state.
    """

    state: Literal["running", "live", "failed"]
    generation: str
    changes: list[ChangedReply]
    status_url: str
    problem: str | None = None


def run_reply(report: Report) -> RunReply:
    """Return the summary of a report as JSON."""
    return RunReply(finished=report.finished, counts=_counts(report))


def report_reply(report: Report) -> ReportReply:
    """Return a whole report as JSON."""
    return ReportReply(
        generation=report.generation,
        published=report.published,
        finished=report.finished,
        counts=_counts(report),
        passages=sum(file.passages for file in report.files),
        deleted=list(report.deleted),
        with_network=report.with_network,
        files=[FileReply(**asdict(file)) for file in report.files],
    )


def _counts(report: Report) -> dict[Status, int]:
    return {status: report.count(status) for status in STATUSES}
