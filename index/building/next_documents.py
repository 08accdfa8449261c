"""From the plan and what was read to the documents of the next generation, and their report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.building.reconciling import Plan, Step
from index.catalog.reader import Entry
from index.catalog.writer import CatalogWriter
from index.corpus.metadata import with_file_date
from index.ingest.reading import Reading
from index.report import FileReport, Status, describe
from index.types import Document, Passage, document_id


@dataclass(frozen=True, slots=True)
class State:
    """What tells a document in the catalog from its next version, where its text is the same."""

    path: str
    digest: str
    copies: tuple[str, ...]
    stale: bool
    file_date: dt.date | None


@dataclass(frozen=True, slots=True)
class Version:
    """A document as the next generation is to have it.

    If `taken_from` is a path, its text and passages are those that the last generation has there.
    """

    document: Document
    digest: str
    copies: tuple[str, ...] = ()
    stale: bool = False
    passages: tuple[Passage, ...] = ()
    taken_from: str | None = None


Outcome = tuple[FileReport, Version | None]


def settle(plan: Plan, readings: Iterator[Reading]) -> Iterator[Outcome]:
    """Yield what became of each file, and the document that it leaves, if any.

    `readings` holds one for each step that reads, in their order.
    """
    reports: dict[str, FileReport] = {}
    for step in plan.steps:
        if step.todo == "skip":
            outcome: Outcome = FileReport(step.file.path, "skipped", step.file.skipped), None
        elif step.todo == "fail":
            outcome = _failed(step, step.file.failed)
        elif step.todo == "cite":
            outcome = _cited(step, reports[step.first])
        elif step.todo == "keep":
            outcome = _kept(step)
        else:
            outcome = _read(step, next(readings))
        reports[step.file.path] = outcome[0]
        yield outcome


def state_of(one: Version | Entry) -> State:
    """Return the state of a document, as it is to be or as a catalog has it."""
    document = one.document
    return State(document.path, one.digest, one.copies, one.stale, document.metadata.file_date)


def write_version(version: Version, writer: CatalogWriter) -> None:
    """Add a document to the catalog of the next generation."""
    document, copies, stale = version.document, version.copies, version.stale
    if version.taken_from is not None:
        writer.take_over(version.taken_from, document, copies=copies, stale=stale)
    else:
        writer.add(document, version.digest, version.passages, copies=copies, stale=stale)


def _kept(step: Step) -> Outcome:
    entry, file = step.earlier, step.file
    assert entry is not None
    before = entry.document
    metadata = before.metadata
    if metadata.file_date:
        metadata = with_file_date(metadata, file.modified)
    document = replace(before, path=file.path, metadata=metadata)
    status: Status = "unchanged"
    if file.path != before.path:
        document = replace(document, id=document_id(file.path))
        status = "indexed"
    report = _report(step, status, document, entry.passages)
    return report, Version(document, entry.digest, step.copies, taken_from=before.path)


def _read(step: Step, reading: Reading) -> Outcome:
    document = reading.document
    if document is None:
        report, version = _failed(step, reading.failure)
    elif not reading.passages:
        report = _report(step, "skipped", document, 0)
        report = replace(report, reason="; ".join(filter(None, ["holds no text", report.reason])))
        version = None
    else:
        report = _report(step, "indexed", document, len(reading.passages))
        version = Version(document, step.file.digest, step.copies, passages=reading.passages)
    return replace(report, seconds=round(reading.seconds, 3)), version


def _cited(step: Step, first: FileReport) -> Outcome:
    """Return what became of a file that holds the same as another."""
    if first.status == "failed":
        return _failed(step, f"holds the same as {step.first}: {first.reason}")
    if first.status == "skipped":
        reason = f"holds the same as {step.first}: {first.reason}"
        return FileReport(step.file.path, "skipped", reason), None
    reason = f"duplicate of {step.first}, which is cited with both paths"
    report = FileReport(step.file.path, "skipped", reason, duplicate_of=step.first)
    return report, None


def _failed(step: Step, reason: str | None) -> Outcome:
    """Return what is left of a file that cannot be read: its previous version, if there is one."""
    entry = step.earlier
    reason = (reason or "").removeprefix(f"{step.file.path}: ")
    if entry is None:
        return FileReport(step.file.path, "failed", reason), None
    version = Version(entry.document, entry.digest, stale=True, taken_from=entry.document.path)
    report = _report(step, "failed", entry.document, entry.passages)
    told = f"{reason}; its previous version still answers"
    return replace(report, reason=told, stale=True), version


def _report(step: Step, status: Status, document: Document, passages: int) -> FileReport:
    moved = f"renamed from {step.renamed_from}" if step.renamed_from else None
    return FileReport(
        path=step.file.path,
        status=status,
        reason="; ".join(filter(None, [moved, describe(document)])) or None,
        passages=passages,
        pages=document.pages,
        pages_without_text=len(document.blank_pages),
        renamed_from=step.renamed_from,
    )
