"""Reading documents and passages from SQLite; index.catalog.writer creates the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from index.caching import ByteCache, passage_size
from index.catalog.conditions import alternatives
from index.catalog.connections import Connections
from index.catalog.rows import (
    DOCUMENT,
    METADATA,
    PASSAGE,
    SOURCE,
    WIDTH,
    to_document,
    to_passage,
    to_source,
)
from index.filters import Condition
from index.types import Document, Metadata, Passage, Source, Span

_WITH_ID = "(SELECT document FROM attributes WHERE key = 'document_id' AND text = ?)"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the catalog lists it: without its text, with the digest of its file.

    `copies` are the paths of other files with the same content, `passages` is the number of its
    passages. A `stale` document is the previous version of a file that can no longer be read.
    """

    document: Document
    digest: str
    copies: tuple[str, ...]
    stale: bool
    passages: int


class Catalog:
    """A finished catalog, read by any number of threads.

    Passage ordinals count from 0, as in the vectors and postings. The latest passages are cached.

    Raises:
        StoredIndexError: the file cannot be read.
        IndexDamaged: it is not a catalog.
    """

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path)
        self._cache: ByteCache[int, tuple[Passage, Source]] = ByteCache(
            lambda _, found: passage_size(*found)
        )

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._connections.lend() as connection:
            return connection.execute(sql, parameters).fetchall()

    def _row(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        with self._connections.lend() as connection:
            row: tuple[Any, ...] | None = connection.execute(sql, parameters).fetchone()
            return row

    def count(self) -> tuple[int, int, int]:
        """Return the numbers of documents, passages and sentences."""
        row = self._row(
            "SELECT (SELECT count(*) FROM documents), count(*), "
            "coalesce(sum(json_array_length(sentences)), 0) FROM passages"
        )
        assert row is not None
        return int(row[0]), int(row[1]), int(row[2])

    def entries(self) -> list[Entry]:
        """Return every document without its text, in the order in which they were added."""
        rows = self._rows(
            f"SELECT {DOCUMENT}, digest, copies, stale, passages FROM documents ORDER BY ordinal"
        )
        return [
            Entry(to_document(row[:8]), digest, tuple(orjson.loads(copies)), bool(stale), passages)
            for row in rows
            for digest, copies, stale, passages in [row[8:]]
        ]

    def sources(self, limit: int = -1, offset: int = 0) -> list[tuple[Source, int]]:
        """Return documents by path, without text, each with its number of passages."""
        rows = self._rows(
            f"SELECT {SOURCE}, passages FROM documents ORDER BY path LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [(to_source(row[:5]), row[5]) for row in rows]

    def paths(self) -> list[str]:
        """Return the path of every document, in the order in which they were added."""
        return [str(row[0]) for row in self._rows("SELECT path FROM documents ORDER BY ordinal")]

    def source(self, identity: str) -> Source | None:
        """Return the document whose own id, or the id of a copy, is `identity`, else None."""
        row = self._row(f"SELECT {SOURCE} FROM documents WHERE ordinal = {_WITH_ID}", (identity,))
        return None if row is None else to_source(row)

    def document(self, identity: str) -> Document | None:
        """Return the same document with its text, without its blocks."""
        row = self._row(
            f"SELECT {DOCUMENT}, text FROM documents WHERE ordinal = {_WITH_ID}", (identity,)
        )
        return None if row is None else to_document(row)

    def having(self, condition: Condition) -> list[int]:
        """Return the ordinals, from 0, of the documents that pass a condition, in any order."""
        found: list[int] = []
        for clause, values in alternatives(condition):
            rows = self._rows(
                f"SELECT document - 1 FROM attributes WHERE key = ? AND {clause}",
                (condition.key, *values),
            )
            found.extend(row[0] for row in rows)
        return found

    def values(self, key: str, most: int) -> list[tuple[str, int, Metadata]]:
        """Return the `most` commonest values of a key, the commonest first.

        Each value is a comparable text, with the number of documents that have it and the metadata
        of the first of them.
        """
        rows = self._rows(
            "SELECT value, held, metadata FROM documents JOIN ("
            "SELECT text AS value, count(DISTINCT document) AS held, min(document) AS first "
            "FROM attributes WHERE key = ? GROUP BY value ORDER BY held DESC, value LIMIT ?"
            ") ON ordinal = first ORDER BY held DESC, value",
            (key, most),
        )
        return [(text, held, METADATA.validate_json(metadata)) for text, held, metadata in rows]

    def bounds(self, key: str) -> tuple[str, str] | None:
        """Return the least and the greatest value of a key, None if it has no values."""
        row = self._row("SELECT min(text), max(text) FROM attributes WHERE key = ?", (key,))
        return None if row is None or row[0] is None else (row[0], row[1])

    def passages_of(self, identity: str, limit: int = -1, offset: int = 0) -> list[Passage]:
        """Return passages of the document with this id, in order; none if there is none."""
        rows = self._rows(
            f"SELECT {PASSAGE} FROM passages JOIN documents ON document = documents.ordinal "
            "WHERE documents.id = ? ORDER BY passages.ordinal LIMIT ? OFFSET ?",
            (identity, limit, offset),
        )
        return [to_passage(row) for row in rows]

    def spans_of(self, identity: str) -> list[Span]:
        """Return the place of each passage of the document with this id, in order."""
        rows = self._rows(
            "SELECT start, end FROM passages JOIN documents ON document = documents.ordinal "
            "WHERE documents.id = ? ORDER BY passages.ordinal",
            (identity,),
        )
        return [Span(start, end) for start, end in rows]

    def passages(self, ordinals: Sequence[int]) -> list[tuple[Passage, Source]]:
        """Return passages by ordinal, in the given order, each with its source."""
        found = self._cache.find(ordinals)
        missing = [one for one in ordinals if one not in found]
        if missing:
            read = self._read(missing)
            self._cache.add(read)
            found |= read
        return [found[one] for one in ordinals]

    def _read(self, ordinals: Sequence[int]) -> dict[int, tuple[Passage, Source]]:
        marks = ",".join("?" * len(ordinals))
        rows = self._rows(
            f"SELECT passages.ordinal, {PASSAGE}, {SOURCE} FROM passages "
            f"JOIN documents ON document = documents.ordinal WHERE passages.ordinal IN ({marks})",
            [ordinal + 1 for ordinal in ordinals],
        )
        return {
            ordinal - 1: (to_passage(row[:WIDTH]), to_source(row[WIDTH:])) for ordinal, *row in rows
        }

    def passage(self, identity: str, start: int, end: int) -> Passage | None:
        """Return the passage of a document with these offsets, None if there is none."""
        row = self._row(
            f"SELECT {PASSAGE} FROM passages JOIN documents ON document = documents.ordinal "
            "WHERE documents.id = ? AND start = ? AND end = ?",
            (identity, start, end),
        )
        return None if row is None else to_passage(row)

    def all_passages(self) -> Iterator[tuple[Passage, Source]]:
        """Yield every passage with its source, by ordinal."""
        with self._connections.lend() as connection:
            rows = connection.execute(
                f"SELECT {PASSAGE}, {SOURCE} FROM passages "
                "JOIN documents ON document = documents.ordinal ORDER BY passages.ordinal"
            )
            for row in rows:
                yield to_passage(row[:WIDTH]), to_source(row[WIDTH:])

    def sample(self, most: int) -> list[tuple[Passage, Source]]:
        """Return up to `most` passages, spread evenly over all."""
        _, passages, _ = self.count()
        step = max(1, -(-passages // most))
        return self.passages(range(0, passages, step))
