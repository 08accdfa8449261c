"""Reading documents and passages from SQLite; index.catalog.writer creates the tables."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from cachetools import LRUCache

from index.catalog.conditions import alternatives
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
from index.errors import IndexDamaged, StoredIndexError
from index.filters import Condition
from index.types import Document, Metadata, Passage, Source

_WITH_ID = "(SELECT document FROM attributes WHERE key = 'document_id' AND text = ?)"
_CACHED = 4096  # passages, which take about 10 MB
# Errors of the system, not of the content of the file: https://sqlite.org/rescode.html
_REFUSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}


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


class _Held:
    """A connection that is closed as soon as its thread or its catalog is gone.

    By itself it would hold its file until the garbage collector comes by, for it holds itself by
    its cache of statements.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Catalog:
    """A finished catalog, read by any number of threads, each with its own connection.

    Passage ordinals count from 0, as in the vectors and postings. The latest passages are kept.
    """

    def __init__(self, path: Path) -> None:
        self._uri = read_only_address(path)
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._cached: LRUCache[int, tuple[Passage, Source]] = LRUCache(_CACHED)

    def _execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            held: _Held | None = getattr(self._local, "held", None)
            if held is None:
                connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
                held = self._local.held = _Held(connection)
            return held.connection.execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _REFUSED:
                raise StoredIndexError(f"{self._path} cannot be read: {error}") from error
            raise IndexDamaged(f"{self._path} is not a readable catalog: {error}") from error

    def count(self) -> tuple[int, int, int]:
        """Return the numbers of documents, passages and sentences."""
        row = self._execute(
            "SELECT (SELECT count(*) FROM documents), count(*), "
            "coalesce(sum(json_array_length(sentences)), 0) FROM passages"
        ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def entries(self) -> list[Entry]:
        """Return every document without its text, in the order in which they were added."""
        rows = self._execute(
            f"SELECT {DOCUMENT}, digest, copies, stale, passages FROM documents ORDER BY ordinal"
        )
        return [
            Entry(to_document(row[:8]), digest, tuple(orjson.loads(copies)), bool(stale), passages)
            for row in rows
            for digest, copies, stale, passages in [row[8:]]
        ]

    def sources(self, limit: int = -1, offset: int = 0) -> list[tuple[Source, int]]:
        """Return documents by path, without text, each with its number of passages."""
        rows = self._execute(
            f"SELECT {SOURCE}, passages FROM documents ORDER BY path LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [(to_source(row[:5]), row[5]) for row in rows]

    def paths(self) -> list[str]:
        """Return the path of every document, in the order in which they were added."""
        return [str(row[0]) for row in self._execute("SELECT path FROM documents ORDER BY ordinal")]

    def source(self, identity: str) -> Source | None:
        """Return the document whose own id, or the id of a copy, is `identity`, else None."""
        row = self._execute(
            f"SELECT {SOURCE} FROM documents WHERE ordinal = {_WITH_ID}", (identity,)
        ).fetchone()
        return row and to_source(row)

    def document(self, identity: str) -> Document | None:
        """Return the same document with its text, without its blocks."""
        row = self._execute(
            f"SELECT {DOCUMENT}, text FROM documents WHERE ordinal = {_WITH_ID}", (identity,)
        ).fetchone()
        return row and to_document(row)

    def having(self, condition: Condition) -> list[int]:
        """Return the ordinals, from 0, of the documents that pass a condition, in any order."""
        found: list[int] = []
        for clause, values in alternatives(condition):
            rows = self._execute(
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
        rows = self._execute(
            "SELECT value, held, metadata FROM documents JOIN ("
            "SELECT text AS value, count(DISTINCT document) AS held, min(document) AS first "
            "FROM attributes WHERE key = ? GROUP BY value ORDER BY held DESC, value LIMIT ?"
            ") ON ordinal = first ORDER BY held DESC, value",
            (key, most),
        )
        return [(text, held, METADATA.validate_json(metadata)) for text, held, metadata in rows]

    def bounds(self, key: str) -> tuple[str, str] | None:
        """Return the least and the greatest value of a key, None if it has no values."""
        row = self._execute(
            "SELECT min(text), max(text) FROM attributes WHERE key = ?", (key,)
        ).fetchone()
        return None if row[0] is None else (row[0], row[1])

    def around(self, identity: str, start: int) -> list[Passage]:
        """Return the passage of a document that begins at `start`, and its neighbours, in order.

        The list is empty if no passage begins there.
        """
        rows = self._execute(
            "WITH here AS (SELECT passages.ordinal AS place FROM passages "
            "JOIN documents ON document = documents.ordinal WHERE documents.id = ? AND start = ?) "
            f"SELECT {PASSAGE} FROM here "
            "JOIN passages ON passages.ordinal BETWEEN place - 1 AND place + 1 "
            "JOIN documents ON document = documents.ordinal WHERE documents.id = ? "
            "ORDER BY passages.ordinal",
            (identity, start, identity),
        )
        return [to_passage(row) for row in rows]

    def passages(self, ordinals: Sequence[int]) -> list[tuple[Passage, Source]]:
        """Return passages by ordinal, in the given order, each with its source."""
        with self._lock:
            found = {one: self._cached[one] for one in ordinals if one in self._cached}
        missing = [one for one in ordinals if one not in found]
        if missing:
            read = self._read(missing)
            with self._lock:
                self._cached.update(read)
            found |= read
        return [found[one] for one in ordinals]

    def _read(self, ordinals: Sequence[int]) -> dict[int, tuple[Passage, Source]]:
        marks = ",".join("?" * len(ordinals))
        rows = self._execute(
            f"SELECT passages.ordinal, {PASSAGE}, {SOURCE} FROM passages "
            f"JOIN documents ON document = documents.ordinal WHERE passages.ordinal IN ({marks})",
            [ordinal + 1 for ordinal in ordinals],
        )
        return {
            ordinal - 1: (to_passage(row[:WIDTH]), to_source(row[WIDTH:])) for ordinal, *row in rows
        }

    def passage(self, identity: str, start: int, end: int) -> Passage | None:
        """Return the passage of a document with these offsets, None if there is none."""
        row = self._execute(
            f"SELECT {PASSAGE} FROM passages JOIN documents ON document = documents.ordinal "
            "WHERE documents.id = ? AND start = ? AND end = ?",
            (identity, start, end),
        ).fetchone()
        return None if row is None else to_passage(row)

    def all_passages(self) -> Iterator[tuple[Passage, Source]]:
        """Yield every passage with its source, by ordinal."""
        rows = self._execute(
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


def read_only_address(path: Path) -> str:
    """Return the URI by which SQLite opens a file that is never written again."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"
