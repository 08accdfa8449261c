"""From a corpus to a published generation; what did not change is not embedded again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from index.catalog import CatalogWriter
from index.corpus import Corpus, File
from index.errors import DocumentsFolderError, IndexMismatch, IndexMissing
from index.generation import CATALOG, UNFINISHED, Generation, open_generation, publish, writing
from index.isolation import Limits, read_isolated
from index.manifest import Manifest
from index.models import ModelFiles
from index.passages import Splitter, split_document
from index.reading import Reading, Readings, read_here
from index.report import FileReport, Report
from index.staging import Progress, Recipe, write_search_files


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
) -> Report:
    """Bring the index in `folder` in step with `corpus` and publish it if anything changed.

    `progress` is told of texts that have their vectors, `reading` of files that were read. With
    `limits`, files are read in processes of their own; without, in this one. Whatever stops a
    build, the index is as it was, and the vectors that were made are kept for the next build by
    the same encoder; one with `rebuild` takes these too, but nothing of the last generation.

    Raises:
        DocumentsFolderError: the corpus holds nothing that can be indexed.
        IndexMismatch: the index is of another model or splitter, and `rebuild` is not set.
        ReaderError: the processes that read files cannot be started.
        StoredIndexError: the folder is not an index, or another process is writing it.
    """
    with writing(folder) as staged:
        earlier = None if rebuild else _earlier_generation(folder, recipe)
        known = earlier.catalog.digests() if earlier else {}
        files = list(corpus.files())
        if earlier and {file.path: file.digest for file in files if not file.skipped} == known:
            return Report(earlier.id, False, _unchanged(files, earlier))
        writer = CatalogWriter(staged / CATALOG)
        reports, digests = [], {}
        changed = _changed(files, known)
        with closing(_read(corpus, changed, recipe, limits, reading)) as readings:
            for file in files:
                report = _add(file, readings, writer, earlier, known)
                reports.append(report)
                if report.status in {"indexed", "unchanged"}:
                    digests[file.path] = file.digest
        writer.close()
        if not digests:
            raise DocumentsFolderError(_nothing_to_index(reports))
        if earlier is not None and digests == known:
            return Report(earlier.id, False, tuple(reports))
        unfinished = folder / UNFINISHED
        resumed = write_search_files(staged, unfinished, recipe, earlier, progress)
        generation = publish(folder, staged)
        shutil.rmtree(unfinished, ignore_errors=True)
        return Report(generation, True, tuple(reports), resumed)


def check_recipe(manifest: Manifest, folder: Path, model: ModelFiles) -> None:
    """Refuse an index whose vectors another model made.

    Raises:
        IndexMismatch: another model made them.
    """
    if manifest.weights_hash != model.weights_hash:
        raise IndexMismatch(
            f"the index in {folder} was built with the model {manifest.model}, not {model.name}; "
            f"use --model {manifest.model}, another --index, "
            f"or rebuild it: pincite index --rebuild --model {model.name}"
        )


def _earlier_generation(folder: Path, recipe: Recipe) -> Generation | None:
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
        raise IndexMismatch(
            f"the passages of the index in {folder} hold {stored.enough} to {stored.most} tokens, "
            f"not {splitter.enough} to {splitter.most}; use another --index, "
            "or rebuild it: pincite index --rebuild"
        )


def _changed(files: list[File], known: dict[str, str]) -> list[File]:
    """Return the files that are to be read: neither skipped nor as they were."""
    return [one for one in files if not one.skipped and known.get(one.path) != one.digest]


def _read(
    corpus: Corpus, files: list[File], recipe: Recipe, limits: Limits | None, progress: Progress
) -> Readings:
    split = partial(split_document, count_tokens=recipe.count_tokens, splitter=recipe.splitter)
    readings = (
        read_isolated(corpus, files, split, limits) if limits else read_here(corpus, files, split)
    )
    with closing(readings):
        for done, reading in enumerate(readings, start=1):
            progress(done, len(files))
            yield reading


def _unchanged(files: list[File], earlier: Generation) -> tuple[FileReport, ...]:
    passages = {source.path: count for source, count in earlier.catalog.sources()}
    return tuple(
        FileReport(file.path, "skipped", file.skipped)
        if file.skipped
        else FileReport(file.path, "unchanged", None, passages[file.path])
        for file in files
    )


def _add(
    file: File,
    readings: Iterator[Reading],
    writer: CatalogWriter,
    earlier: Generation | None,
    known: dict[str, str],
) -> FileReport:
    """Add a file to the catalog: as the last generation has it if it is unchanged, else as read."""
    if file.skipped:
        return FileReport(file.path, "skipped", file.skipped)
    if earlier is not None and known.get(file.path) == file.digest:
        document, passages = earlier.catalog.contents(file.path)
        writer.add(document, file.digest, passages)
        return FileReport(file.path, "unchanged", None, len(passages))
    reading = next(readings)
    if reading.document is None:
        return FileReport(file.path, "failed", reading.failure, seconds=reading.seconds)
    notes = reading.document.notes
    if not reading.passages:
        reason = "; ".join(["holds no text", *notes])
        return FileReport(file.path, "skipped", reason, seconds=reading.seconds)
    writer.add(reading.document, file.digest, reading.passages)
    told = "; ".join(notes) or None
    return FileReport(file.path, "indexed", told, len(reading.passages), reading.seconds)


def _nothing_to_index(reports: list[FileReport]) -> str:
    if not reports:
        return "the documents folder is empty; put .md or .txt files in it, or name another"
    first = reports[0]
    return f"none of {len(reports)} files can be indexed; {first.path}: {first.reason}"
