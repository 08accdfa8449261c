"""What runs of the index did, and changes that were asked for, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel

from index import STATUSES, Report, Status


class FileReply(BaseModel):
    """What the last run did with a file; see `FileReport` in index/report.py."""

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
    """When the index was last brought in step, and how many files have each status."""

    finished: str
    counts: dict[Status, int]


class ReportReply(BaseModel):
    """What the last run did: one entry for every file that was found; see index/report.py."""

    generation: str | None
    published: bool
    finished: str
    counts: dict[Status, int]
    passages: int
    deleted: list[str]
    files: list[FileReply]


class ChangedReply(BaseModel):
    """A file that was put into the folder or taken out of it; `id` is that of its document.

    `file` is what the run did with it, None where it was deleted or there is no report yet.
    """

    id: str
    path: str
    change: Literal["added", "replaced", "deleted"]
    file: FileReply | None = None


class ChangeReply(BaseModel):
    """What was asked to change, and whether it can be asked already.

    It is *running* until the index is in step, and then *live*, or *failed* as `problem` says; then
    the files are changed, and the index is as it was. `status_url` tells how it comes on.
    """

    state: Literal["running", "live", "failed"]
    generation: str
    changes: list[ChangedReply]
    status_url: str
    problem: str | None = None


def run_reply(report: Report) -> RunReply:
    """Return the reply that carries the outline of a report."""
    return RunReply(finished=report.finished, counts=_counts(report))


def report_reply(report: Report) -> ReportReply:
    """Return the reply that carries a whole report."""
    return ReportReply(
        generation=report.generation,
        published=report.published,
        finished=report.finished,
        counts=_counts(report),
        passages=sum(file.passages for file in report.files),
        deleted=list(report.deleted),
        files=[FileReply(**asdict(file)) for file in report.files],
    )


def _counts(report: Report) -> dict[Status, int]:
    return {status: report.count(status) for status in STATUSES}
