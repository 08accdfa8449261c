"""From a corpus to a published generation; what did not change is not embedded again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

from index.building.documents_folder import check_documents, check_remaining, documents_at
from index.building.failures import KnownFailures
from index.building.next_documents import Outcome, State, add_to, settle, state_of
from index.building.recipe import Progress, Recipe
from index.building.reconciling import DELETIONS, Plan, make_plan
from index.building.staging import Origin, write_search_files
from index.catalog.writer import CatalogWriter
from index.corpus.folder import Corpus, Folder
from index.corpus.remote import RemoteFolder
from index.corpus.removals import Removals
from index.corpus.scanning import File
from index.errors import IndexMissing, NothingToIndex, RecipeMismatch
from index.files.system_errors import translated
from index.generation.folder import CATALOG, UNFINISHED, StoredGeneration, open_generation
from index.generation.manifest import Manifest, check_recipe
from index.generation.publishing import next_number, publish, writing
from index.ingest.job import describe_job
from index.ingest.limits import Limits
from index.ingest.passages import Splitter, split_document
from index.ingest.reading import Readings, note_networks, read_here
from index.report import EXAMPLES, Example, FileReport, Report, StoredReport, write_report

# Returns the example questions of a generation; see index.ranking.example_questions.
FindExamples = Callable[[StoredGeneration], tuple[Example, ...]]


def _show_nothing(done: int, total: int) -> None:
    """Show no progress."""


def build_index(
    corpus: Corpus,
    folder: Path,
    recipe: Recipe,
    progress: Progress,
    *,
    rebuild: bool = False,
    limits: Limits | None = None,
    reading: Progress = _show_nothing,
    wait: float = 0.0,
    deletions: float = DELETIONS,
    adopt: bool = False,
    find_examples: FindExamples | None = None,
) -> Report:
    """Bring the index in `folder` in step with `corpus`, and publish it if anything changed.

    `progress` counts passages that have their vectors, `reading` counts files that were read. With
    `limits`, files are read as the recipe says, in processes of their own; without, in this one.
    With `rebuild`, nothing is taken from the last generation. If another process is writing the
    index, wait `wait` seconds for it. If a larger share of the documents than `deletions` has lost
    its files, these documents are kept as stale, since their disk may have gone away. With `adopt`,
    `corpus` takes the place of the documents folder that the index was built from.
    `find_examples` finds the example questions of a generation for the report.

    If a build is stopped, the index stays as it was. The vectors made so far are kept for the next
    build by the same encoder, also for one with `rebuild`.

    Raises:
        NothingToIndex: the corpus holds nothing that can be indexed.
        DocumentsFolderError: it has lost most files, so that a rebuild would lose their documents.
        RecipeMismatch: the index has another model or splitter, and `rebuild` is not set.
        DocumentsMismatch: the index was built from another folder with other documents, and
            neither `rebuild` nor `adopt` is set.
        ReaderError: the processes that read files cannot be started.
        StoredIndexError: the folder is not an index, or another process is writing it.
        BuildFailed: the system refused disk space, files or memory.
    """
    with translated(folder), writing(folder, wait) as staged:
        earlier = None if rebuild else _open_earlier(folder, recipe)
        is_damaged = earlier is not None and bool(earlier.damage)
        known = earlier.catalog.entries() if earlier else []
        before = frozenset(map(state_of, known))
        last = StoredReport(folder).read()

        failures = KnownFailures(folder, limits, forget=rebuild)
        removals = Removals(folder)
        files = failures.mark(corpus.files())
        if rebuild and not adopt:
            check_remaining(folder, corpus, files, deletions)
        plan = make_plan(files, known, 1.0 if adopt else deletions, removals.read())
        if earlier and not adopt:
            check_documents(earlier.manifest, folder, corpus, plan)

        networks: set[bool] = set()
        documents = None if is_damaged else _without_changes(plan, before)
        if documents is None:
            with closing(_read(corpus, plan.to_read, recipe, limits)) as readings:
                noted = note_networks(readings, networks)
                outcomes = settle(plan, noted, reading, failures)
                documents = _write_catalog(outcomes, staged / CATALOG, earlier)
        failures.save(staged.parent)
        if len(documents.states) == plan.vanished:  # no file that was found gives a document
            _refuse(folder, earlier, documents, plan, last)

        generation, resumed = None, 0
        if documents.states != before or is_damaged:
            origin = Origin(next_number(folder), documents_at(corpus))
            resumed = write_search_files(
                staged, folder / UNFINISHED, recipe, earlier, origin=origin, progress=progress
            )
            generation = publish(folder, staged)
        shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
        removals.forget()

        examples = _known_examples(last, documents.states & before)
        if find_examples and (examples is None or (generation and len(examples) < EXAMPLES)):
            examples = find_examples(open_generation(folder))
        report = Report(
            generation=generation or (earlier.id if earlier else None),
            published=generation is not None,
            files=documents.reports,
            deleted=plan.deleted if generation else (),
            vanished=plan.vanished,
            finished=_now(),
            resumed=resumed,
            with_network=True in networks or bool(earlier and last and last.with_network),
            examples=examples,
        )
        write_report(folder, report)
        return report


def _known_examples(last: Report | None, unchanged: Iterable[State]) -> tuple[Example, ...] | None:
    """Return the examples of the last build whose documents did not change."""
    if last is None or last.examples is None:
        return None
    paths = {state.path for state in unchanged}
    return tuple(one for one in last.examples if one.path in paths)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _open_earlier(folder: Path, recipe: Recipe) -> StoredGeneration | None:
    """Open the live generation, whose documents and vectors are used again."""
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


def _read(corpus: Corpus, files: Sequence[File], recipe: Recipe, limits: Limits | None) -> Readings:
    """Read files and cut them into passages, with limits in processes of their own."""
    tokens, splitter = recipe.count_tokens, recipe.splitter
    if limits and isinstance(corpus, Folder | RemoteFolder):
        return recipe.read(describe_job(corpus, tokens, splitter, limits), files)
    return read_here(corpus, files, partial(split_document, count_tokens=tokens, splitter=splitter))


@dataclass(frozen=True, slots=True)
class _Documents:
    """The report of every file, and the state of every document of the next generation."""

    reports: tuple[FileReport, ...]
    states: frozenset[State]


def _collect(outcomes: Iterable[Outcome], writer: CatalogWriter | None = None) -> _Documents:
    reports, states = [], set()
    for report, document in outcomes:
        reports.append(report)
        if document is not None:
            states.add(state_of(document))
            if writer is not None:
                add_to(writer, document)
    return _Documents(tuple(reports), frozenset(states))


def _without_changes(plan: Plan, before: frozenset[State]) -> _Documents | None:
    """Return the documents if all are as the last generation has them, else None.

    This is known without writing a catalog where no file has to be read.
    """
    if plan.to_read:
        return None
    documents = _collect(settle(plan))
    return documents if documents.states == before else None


def _write_catalog(
    outcomes: Iterable[Outcome], path: Path, earlier: StoredGeneration | None
) -> _Documents:
    """Write the catalog of the next generation while its files are read."""
    known = earlier.folder / CATALOG if earlier else None
    with closing(CatalogWriter(path, known)) as writer:
        return _collect(outcomes, writer)


def _refuse(
    folder: Path,
    earlier: StoredGeneration | None,
    documents: _Documents,
    plan: Plan,
    last: Report | None,
) -> NoReturn:
    """Write the report of a build that found nothing to index, and raise NothingToIndex."""
    found = documents.reports[: len(documents.reports) - plan.vanished]
    live = earlier.id if earlier else None
    report = Report(live, published=False, files=found, finished=_now())
    if last:
        report = replace(report, examples=last.examples, with_network=last.with_network)
    write_report(folder, report)
    raise NothingToIndex(_nothing_to_index(report), report)


def _nothing_to_index(report: Report) -> str:
    kept = ""
    if report.generation:
        kept = f"; the index is left as it was, and generation {report.generation} answers"
    if not report.files:
        reason = "the documents folder is empty; put documents in it, or name another"
        return reason + kept
    first = report.files[0]
    return f"none of {len(report.files)} files can be indexed; {first.path}: {first.reason}{kept}"
