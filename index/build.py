"""From a corpus to a published generation; what did not change is not embedded again."""

from __future__ import annotations

import time
from pathlib import Path

from index.catalog import CatalogWriter
from index.corpus import Corpus, File
from index.errors import DocumentError, DocumentsFolderError, IndexMismatch, IndexMissing
from index.generation import CATALOG, Generation, open_generation, publish, writing
from index.manifest import Manifest
from index.models import ModelFiles
from index.passages import Splitter, split_document
from index.report import FileReport, Report, Status
from index.staging import Progress, Recipe, write_search_files


def build_index(
    corpus: Corpus, folder: Path, recipe: Recipe, progress: Progress, *, rebuild: bool = False
) -> Report:
    """Bring the index in `folder` in step with `corpus` and publish it if anything changed.

    Raises:
        DocumentsFolderError: the corpus holds nothing that can be indexed.
        IndexMismatch: the index is of another model or splitter, and `rebuild` is not set.
        StoredIndexError: the folder is not an index, or another process is writing it.
    """
    with writing(folder) as staged:
        earlier = None if rebuild else _earlier_generation(folder, recipe)
        writer = CatalogWriter(staged / CATALOG)
        known = earlier.catalog.digests() if earlier else {}
        reports, digests = [], {}
        for file in corpus.files():
            report = _add(file, corpus, writer, known, recipe)
            reports.append(report)
            if report.status in {"indexed", "unchanged"}:
                digests[file.path] = file.digest
        writer.close()
        if not digests:
            raise DocumentsFolderError(_nothing_to_index(reports))
        if earlier is not None and digests == known:
            return Report(earlier.id, False, tuple(reports))
        write_search_files(staged, recipe, earlier, progress)
        return Report(publish(folder, staged), True, tuple(reports))


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


def _add(
    file: File, corpus: Corpus, writer: CatalogWriter, known: dict[str, str], recipe: Recipe
) -> FileReport:
    began = time.perf_counter()
    if file.skipped:
        return FileReport(file.path, "skipped", file.skipped)
    try:
        document = corpus.read(file)
    except DocumentError as error:
        return FileReport(file.path, "failed", str(error))
    passages = split_document(document, recipe.count_tokens, recipe.splitter)
    if not passages:
        return FileReport(file.path, "skipped", "holds no text")
    writer.add(document, file.digest, passages)
    status: Status = "unchanged" if known.get(file.path) == file.digest else "indexed"
    return FileReport(file.path, status, None, len(passages), time.perf_counter() - began)


def _nothing_to_index(reports: list[FileReport]) -> str:
    if not reports:
        return "the documents folder is empty; put .md or .txt files in it, or name another"
    first = reports[0]
    return f"none of {len(reports)} files can be indexed; {first.path}: {first.reason}"
