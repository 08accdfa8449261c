"""From a corpus to a published generation; what did not change is not embedded again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from index.building.next_documents import Outcome, State, settle, state_of, write_version
from index.building.reconciling import plan
from index.building.staging import Progress, Recipe, write_search_files
from index.catalog.writer import CatalogWriter
from index.corpus.folder import Corpus, Folder
from index.corpus.remote import RemoteFolder
from index.corpus.scanning import File
from index.errors import IndexMissing, NothingToIndex, RecipeMismatch
from index.files.system_errors import translated
from index.generation.folder import CATALOG, UNFINISHED, StoredGeneration, open_generation
from index.generation.manifest import Manifest, check_recipe
from index.generation.publishing import publish, writing
from index.ingest.job import Limits, describe_job
from index.ingest.passages import Splitter, split_document
from index.ingest.reading import Readings, read_here
from index.report import FileReport, Report, write_report


def _unseen(done: int, total: int) -> None:
    """Show no progress."""


def build_index(
    corpus: Corpus,
    folder: Path,
    recipe: Recipe,
    progress: Progress,
    *,
    rebuild: bool = False,
    limits: Limits | None = None,
    reading: Progress = _unseen,
    wait: float = 0.0,
) -> Report:
    """Bring the index in `folder` in step with `corpus` and publish it if anything changed.

    `progress` is told of texts that have their vectors, `reading` of files that were read. With
    `limits`, the files of a folder are read as the recipe says, in processes of their own, all
    others in this one.
    Whatever stops a build, the index is as it was, and the vectors that were made are kept for the
    next build by the same encoder; one with `rebuild` takes these too, but nothing of the last
    generation. Where another process is writing the index, it is given `wait` seconds to end.

    Raises:
        NothingToIndex: the corpus holds nothing that can be indexed.
        RecipeMismatch: the index is of another model or splitter, and `rebuild` is not set.
        ReaderError: the processes that read files cannot be started.
        StoredIndexError: the folder is not an index, or another process is writing it.
        BuildFailed: the system refuses room, files or memory.
    """
    with translated(folder), writing(folder, wait) as staged:
        earlier = None if rebuild else _earlier_generation(folder, recipe)
        known = earlier.catalog.entries() if earlier else []
        planned = plan(list(corpus.files()), known)
        before = {state_of(entry) for entry in known}
        with closing(_read(corpus, planned.unread, recipe, limits, reading)) as readings:
            outcomes: Iterable[Outcome] = settle(planned, readings)
            if not planned.unread:  # it is known at once, then, whether anything changes
                outcomes = list(outcomes)
            if planned.unread or _states(outcomes) != before:
                reports, after = _write_catalog(outcomes, staged / CATALOG, earlier)
            else:
                reports, after = [report for report, _ in outcomes], before
        generation, resumed = None, 0
        unfinished = folder / UNFINISHED
        if after and after != before:
            resumed = write_search_files(staged, unfinished, recipe, earlier, progress)
            generation = publish(folder, staged)
        if after:  # published now, or before by a build that was stopped then
            shutil.rmtree(unfinished, ignore_errors=True)
        report = Report(
            generation=generation or (earlier.id if earlier else None),
            published=generation is not None,
            files=tuple(reports),
            deleted=planned.deleted if generation else (),
            finished=datetime.now(UTC).isoformat(timespec="milliseconds"),
            resumed=resumed,
        )
        write_report(folder, report)
        if not after:
            raise NothingToIndex(_nothing_to_index(report), report)
        return report


def _earlier_generation(folder: Path, recipe: Recipe) -> StoredGeneration | None:
    try:
        earlier = open_generation(folder)
    except IndexMissing:
        return None
    check_recipe(earlier.manifest, folder, recipe.model)
    _check_splitter(earlier.manifest, folder, recipe.splitter)
    return earlier


def _check_splitter(manifest: Manifest, folder: Path, splitter: Splitter) -> None:
    stored = Splitter(manifest.enough_tokens, manifest.most_tokens)
    if stored != splitter:
        raise RecipeMismatch(
            f"the passages of the index in {folder} hold {stored.enough} to {stored.most} tokens, "
            f"not {splitter.enough} to {splitter.most}",
            "use another --index, or rebuild it: pincite index --rebuild",
        )


def _read(
    corpus: Corpus, files: Sequence[File], recipe: Recipe, limits: Limits | None, progress: Progress
) -> Readings:
    tokens, splitter = recipe.count_tokens, recipe.splitter
    if limits and isinstance(corpus, Folder | RemoteFolder):
        readings = recipe.read(describe_job(corpus, tokens, splitter, limits), files)
    else:
        split = partial(split_document, count_tokens=tokens, splitter=splitter)
        readings = read_here(corpus, files, split)
    with closing(readings):
        for done, reading in enumerate(readings, start=1):
            progress(done, len(files))
            yield reading


def _write_catalog(
    outcomes: Iterable[Outcome], path: Path, earlier: StoredGeneration | None
) -> tuple[list[FileReport], set[State]]:
    reports, states = [], set()
    known = earlier.folder / CATALOG if earlier else None
    with closing(CatalogWriter(path, known)) as writer:
        for report, version in outcomes:
            reports.append(report)
            if version is not None:
                states.add(state_of(version))
                write_version(version, writer)
    return reports, states


def _states(outcomes: Iterable[Outcome]) -> set[State]:
    return {state_of(version) for _, version in outcomes if version}


def _nothing_to_index(report: Report) -> str:
    kept = ""
    if report.generation:
        kept = f"; the index is left as it was, and generation {report.generation} answers"
    if not report.files:
        told = "the documents folder is empty; put documents in it, or name another"
        return told + kept
    first = report.files[0]
    return f"none of {len(report.files)} files can be indexed; {first.path}: {first.reason}{kept}"
