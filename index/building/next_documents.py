"""From the plan and the readings to the documents of the next generation, and their report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from index.building.failures import KnownFailures, with_result
from index.building.recipe import Progress
from index.building.reconciling import Plan, Step
from index.catalog.reader import Entry
from index.catalog.writer import CatalogWriter
from index.corpus.metadata import with_file_date
from index.corpus.scanning import File
from index.ingest.reading import Reading
from index.lexical.languages import with_languages
from index.report import FileReport, Status, describe
from index.types import Document, Passage, document_id


@dataclass(frozen=True, slots=True)
class State:
    """The part of a document that a build may change; two equal ones need no new generation."""

    path: str
    digest: str
    copies: tuple[str, ...]
    stale: bool
    file_date: dt.date | None


@dataclass(frozen=True, slots=True)
class NextDocument:
    """A document as the next generation will have it.

    If `taken_from` is set, text and passages are those of the document that the last generation
    has at this path.
    """

    document: Document
    digest: str
    copies: tuple[str, ...] = ()
    stale: bool = False
    passages: tuple[Passage, ...] = ()
    taken_from: str | None = None


# What became of a file, and the document that it leaves, if any.
Outcome = tuple[FileReport, NextDocument | None]


def settle(
    plan: Plan,
    readings: Iterable[tuple[File, Reading]] = (),
    progress: Progress | None = None,
    failures: KnownFailures | None = None,
) -> Iterator[Outcome]:
    """Yield what became of each file, in the order of the plan.

    `readings` gives the files that the plan says to read, in its order; `failures` gets those that
    would fail again.
    """
    reports: dict[str, FileReport] = {}
    remaining = enumerate(readings, start=1)
    for step in plan.steps:
        if step.todo in {"read", "check"}:
            done, (file, reading) = next(remaining)
            assert file == step.file
            if progress is not None:
                progress(done, len(plan.to_read))
            if failures is not None:
                failures.note(file, reading)
            outcome = _read(step, reading) if step.todo == "read" else _checked(step, reading)
        else:
            outcome = _settle_unread(step, reports)
        reports[step.file.path] = outcome[0]
        yield outcome


def state_of(one: NextDocument | Entry) -> State:
    """Return the state of a document of the next generation, or of the last."""
    document = one.document
    return State(document.path, one.digest, one.copies, one.stale, document.metadata.file_date)


def add_to(writer: CatalogWriter, one: NextDocument) -> None:
    """Add a document to the catalog of the next generation."""
    if one.taken_from is not None:
        writer.take_over(one.taken_from, one.document, copies=one.copies, stale=one.stale)
    else:
        passages = with_languages(one.passages, one.document.metadata.language)
        writer.add(one.document, one.digest, passages, copies=one.copies, stale=one.stale)


def _settle_unread(step: Step, reports: Mapping[str, FileReport]) -> Outcome:
    """Return the result for a file that is not read; `reports` are those of earlier steps."""
    if step.todo == "skip":
        return FileReport(step.file.path, "skipped", step.file.skipped), None
    if step.todo == "fail":
        return _failed(step, step.file.failed)
    if step.todo == "copy":
        return _copied(step, reports[step.copy_of])
    return _kept(step)


def _kept(step: Step) -> Outcome:
    """Take the document from the last generation, where it may have had another path."""
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
    return report, NextDocument(document, entry.digest, step.copies, taken_from=before.path)


def _read(step: Step, reading: Reading) -> Outcome:
    document = reading.document
    if document is None:
        report, after = _failed(step, reading.failure)
    elif not reading.passages:
        report = _report(step, "skipped", document, 0)
        report = replace(report, reason="; ".join(filter(None, ["holds no text", report.reason])))
        after = None
    else:
        report = _report(step, "indexed", document, len(reading.passages))
        after = NextDocument(document, step.file.digest, step.copies, passages=reading.passages)
    return replace(report, seconds=round(reading.seconds, 3)), after


def _checked(step: Step, reading: Reading) -> Outcome:
    """Report a metadata file that was parsed."""
    reason = reading.failure and reading.failure.removeprefix(f"{step.file.path}: ")
    file = with_result(step.file, reason)
    return _settle_unread(replace(step, file=file, todo="fail" if file.failed else "skip"), {})


def _copied(step: Step, first: FileReport) -> Outcome:
    """Report a file whose content is that of another file, which is indexed for both."""
    if first.status == "failed":
        return _failed(step, f"holds the same as {step.copy_of}: {first.reason}")
    if first.status == "skipped":
        reason = f"holds the same as {step.copy_of}: {first.reason}"
        return FileReport(step.file.path, "skipped", reason), None
    reason = f"duplicate of {step.copy_of}, which is cited with both paths"
    report = FileReport(step.file.path, "skipped", reason, duplicate_of=step.copy_of)
    return report, None


def _failed(step: Step, reason: str | None) -> Outcome:
    """Keep the previous version of a file that cannot be read, if there is one."""
    entry = step.earlier
    reason = (reason or "").removeprefix(f"{step.file.path}: ")
    if entry is None:
        return FileReport(step.file.path, "failed", reason), None
    kept = NextDocument(entry.document, entry.digest, stale=True, taken_from=entry.document.path)
    report = _report(step, "failed", entry.document, entry.passages)
    return replace(report, reason=f"{reason}; its previous version still answers", stale=True), kept


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
