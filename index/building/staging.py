"""From a staged catalog to the other files of its generation: vectors, postings, manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from index.building.checkpoint import UnfinishedVectors
from index.building.recipe import Progress, Recipe
from index.building.reuse import TermSource, VectorSource, known_vectors, passage_keys
from index.catalog.columns import ColumnWriter
from index.catalog.reader import Catalog
from index.embedding.compiled import CompiledEmbedder
from index.embedding.embedder import Embedder, Vectors
from index.embedding.inputs import passage_input, sentence_spans
from index.files.arrays import save_array
from index.files.hashes import hash_files
from index.generation.encoders import copy_encoder, identify_encoder, is_encoder_of
from index.generation.folder import (
    CATALOG,
    COLUMNS,
    ENCODER,
    KEYS,
    LISTS,
    POSTINGS,
    SENTENCES,
    VECTORS,
    StoredGeneration,
)
from index.generation.manifest import NAME, Manifest, write_manifest
from index.lexical.analysis import Analyzer
from index.lexical.bm25 import write_postings
from index.lexical.stopwords import detect_language
from index.lexical.terms import PassageTerms, TermWriter
from index.types import Passage, Source
from index.vectors.faiss_index import VectorWriter
from index.vectors.inverted_lists import Lists, write_lists

Window = list[tuple[Passage, Source]]

_CALIBRATION = 300  # passages that an encoder is calibrated and checked with
_SHARE = 20  # a language counts if one passage of so many is in it
_SAMPLE = 500  # passages from which the language of the corpus is detected
_QUESTIONS = 200  # sentences that stand for questions where recall is measured


@dataclass(frozen=True, slots=True)
class Origin:
    """The number of a generation, and the folder or URL that its documents come from."""

    number: int
    documents_at: str


def write_search_files(
    staged: Path,
    unfinished: Path,
    recipe: Recipe,
    earlier: StoredGeneration | None,
    *,
    origin: Origin,
    progress: Progress,
) -> int:
    """Write vectors, postings, columns and the manifest for the catalog in `staged`.

    New vectors are saved in the folder `unfinished` as they are made. Return how many vectors of
    the same encoder a stopped build had left there.
    """
    catalog = Catalog(staged / CATALOG)
    documents, passages, sentences = catalog.count()
    embedder = _open_embedder(catalog, recipe, earlier)
    alike = earlier
    if earlier and earlier.damage and not is_encoder_of(embedder, earlier.manifest):
        alike = None  # its vectors were made by an encoder that is damaged, and differs from this
    if isinstance(embedder, CompiledEmbedder):
        # embedder.folder may belong to a generation that was deleted since
        own = earlier.folder / ENCODER if earlier and not earlier.damage else embedder.folder
        copy_encoder(own, staged / ENCODER)
    language = detect_language(passage.text for passage, _ in catalog.sample(_SAMPLE))
    terms = TermSource(Analyzer(language), earlier)
    with (
        UnfinishedVectors(unfinished / identify_encoder(embedder, recipe.model)) as kept,
        recipe.spread(embedder) as batches,
    ):
        vectors = VectorSource(known_vectors(alike) if alike else None, kept, batches)
        written = _write_passages(
            catalog, staged, vectors, terms, window=recipe.window, progress=progress
        )
    lists = _write_lists(staged, partial(_embed_questions, catalog, embedder), recipe.recall, alike)
    _write_postings(staged)
    manifest = Manifest(
        number=origin.number,
        documents_at=origin.documents_at,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=recipe.model.name,
        weights_hash=recipe.model.weights_hash,
        encoder=embedder.encoder,
        device=embedder.device,
        dimension=written.dimension,
        enough_tokens=recipe.splitter.enough,
        most_tokens=recipe.splitter.most,
        documents=documents,
        passages=passages,
        sentences=sentences,
        terms=written.terms,
        language=language,
        languages=_languages(staged),
        lists=lists,
        files=hash_files(staged, leave_out=NAME),
    )
    write_manifest(staged, manifest)
    return kept.restored


def _open_embedder(catalog: Catalog, recipe: Recipe, earlier: StoredGeneration | None) -> Embedder:
    """Open the encoder of the last generation, so that its vectors can be used, or choose one."""
    if earlier is not None:
        return recipe.encoders.reopen(earlier)
    return recipe.encoders.choose(
        lambda: [
            passage_input(passage, source.metadata)
            for passage, source in catalog.sample(_CALIBRATION)
        ]
    )


@dataclass(frozen=True, slots=True)
class _Written:
    dimension: int
    terms: int


def _write_passages(
    catalog: Catalog,
    staged: Path,
    vector_source: VectorSource,
    term_source: TermSource,
    *,
    window: int,
    progress: Progress,
) -> _Written:
    """Write the vectors, terms, columns and keys of all passages, a window at a time."""
    _, passages, _ = catalog.count()
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress(done, passages)

    writer, terms = VectorWriter(staged / VECTORS), TermWriter(staged)
    columns = ColumnWriter(passages)
    keys = []
    dimension = 0
    with closing(terms), (staged / SENTENCES).open("wb") as file:
        for part in _windows(catalog, window):
            texts = [passage_input(passage, source.metadata) for passage, source in part]
            spans = [
                sentence_spans(passage, text)
                for (passage, _), text in zip(part, texts, strict=True)
            ]
            keys.append(passage_keys(texts, spans))
            vectors = vector_source.vectors(texts, spans, keys[-1], advance)
            writer.add(vectors[: len(part)])
            file.write(vectors[len(part) :].astype("<f2").tobytes())
            dimension = vectors.shape[1]
            for segments in term_source.segments(part, keys[-1]):
                terms.add(segments)
            columns.add(part)
    writer.close()
    columns.close(staged / COLUMNS)
    save_array(staged / KEYS, np.concatenate(keys))
    return _Written(dimension, terms.total)


def _write_lists(
    staged: Path, ask: Callable[[], Vectors], recall: float, earlier: StoredGeneration | None
) -> Lists | None:
    known = earlier.folder / LISTS if earlier and earlier.manifest.lists else None
    return write_lists(staged / VECTORS, staged / LISTS, ask, recall, known)


def _embed_questions(catalog: Catalog, embedder: Embedder) -> Vectors:
    """Embed sentences of the corpus as if they were questions."""
    first = ((passage.text, passage.sentences[0]) for passage, _ in catalog.sample(_QUESTIONS))
    return embedder.embed_questions([text[span.start : span.end] for text, span in first])


def _write_postings(staged: Path) -> None:
    columns, terms = np.load(staged / COLUMNS), PassageTerms(staged)
    firsts = columns["sentence"].tolist()
    documents = columns["document"][:-1].tolist()
    write_postings(
        staged / POSTINGS,
        (
            (document, np.concatenate(terms.segments(ordinal, first, after - first)))
            for ordinal, (document, (first, after)) in enumerate(
                zip(documents, pairwise(firsts), strict=True)
            )
        ),
    )


def _languages(staged: Path) -> tuple[str, ...]:
    """Return the languages of a good part of the passages, the most frequent first."""
    passages = np.load(staged / COLUMNS)["language"][:-1]
    codes, counts = np.unique(passages[passages != b""], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return tuple(
        codes[at].decode() for at in order.tolist() if counts[at] * _SHARE >= len(passages)
    )


def _windows(catalog: Catalog, size: int) -> Iterator[Window]:
    passages = catalog.all_passages()
    while window := list(islice(passages, size)):
        yield window
