"""BM25 over passages, by tantivy; terms are made by index.analysis on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import IndexDamaged

_WRITER_BYTES = 64_000_000
_FIELDS = {"title": 1.0, "body": 1.0}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("ordinal", indexed=True, fast=True)
    for field in _FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_postings(folder: Path, passages: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
    """Index the terms of each passage's title and body; its ordinal is its place in order."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for ordinal, (title, body) in enumerate(passages):
        document = tantivy.Document()
        document.add_unsigned("ordinal", ordinal)
        document.add_text("title", " ".join(title))
        document.add_text("body", " ".join(body))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """The postings of one generation, open for reading by any number of threads.

    Raises:
        IndexDamaged: the folder holds no postings that this version can read.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._index = tantivy.Index.open(str(folder))
        except ValueError as error:
            raise IndexDamaged(f"{folder} holds no readable postings: {error}") from error
        self._searcher = self._index.searcher()

    def search(
        self, terms: Sequence[str], limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ordinals (int64) and BM25 scores (float32) of the best `limit` passages."""
        return self._run(self._query(terms), limit)

    def score(self, terms: Sequence[str], ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 score of each of `ordinals`, float32, 0 where no term occurs."""
        among = tantivy.Query.const_score_query(
            tantivy.Query.term_set_query(self._index.schema, "ordinal", ordinals.tolist()), 0.0
        )
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, among), (tantivy.Occur.Must, self._query(terms))]
        )
        found, scores = self._run(query, len(ordinals))
        by_ordinal = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_ordinal.get(one, 0.0) for one in ordinals.tolist()], dtype=np.float32)

    def _query(self, terms: Sequence[str]) -> tantivy.Query:
        schema = self._index.schema
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term), weight),
            )
            for term in terms
            for field, weight in _FIELDS.items()
        ]
        return tantivy.Query.boolean_query(clauses)

    def _run(
        self, query: tantivy.Query, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        hits = self._searcher.search(query, limit=max(limit, 1), count=False).hits
        ordinals = self._searcher.fast_field_values("ordinal", [address for _, address in hits])
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return np.array(ordinals, dtype=np.int64), scores
