"""BM25 candidates by tantivy; terms are made by index.analysis on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import IndexDamaged

_WRITER_BYTES = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("ordinal", fast=True)
    builder.add_integer_field("day", indexed=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_postings(folder: Path, passages: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Index the day and the terms of each passage; its ordinal is its place in order."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for ordinal, (day, terms) in enumerate(passages):
        document = tantivy.Document()
        document.add_unsigned("ordinal", ordinal)
        document.add_integer("day", day)
        document.add_text("terms", " ".join(terms))
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

    def frequency(self, term: str) -> int:
        """Return the number of passages in which a term occurs."""
        return int(self._searcher.doc_freq("terms", term))

    def search(
        self, terms: Sequence[str], limit: int, days: tuple[int, int] | None = None
    ) -> NDArray[np.int64]:
        """Return the ordinals of the best `limit` passages, dated within `days` if given."""
        schema = self._index.schema
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(schema, "terms", term))
                for term in terms
            ]
        )
        if days:
            within = tantivy.Query.range_query(
                schema, "day", tantivy.FieldType.Integer, days[0], days[1]
            )
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0)),
                ]
            )
        hits = self._searcher.search(query, limit=limit, count=False).hits
        found = self._searcher.fast_field_values("ordinal", [address for _, address in hits])
        return np.array(found, dtype=np.int64)
