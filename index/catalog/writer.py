"""Documents and passages in SQLite, written once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path

from index.attributes import attributes, number
from index.catalog.connections import read_only_address
from index.catalog.rows import METADATA
from index.errors import BuildFailed
from index.types import Document, Passage

_SCHEMA = """
CREATE TABLE documents (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL, body INTEGER NOT NULL, metadata TEXT NOT NULL, passages INTEGER NOT NULL,
    pages INTEGER NOT NULL, blank_pages TEXT NOT NULL, scanned_pages TEXT NOT NULL,
    notes TEXT NOT NULL, copies TEXT NOT NULL, stale INTEGER NOT NULL,
    text TEXT NOT NULL -- last, so that reading the other columns does not read it
);
CREATE TABLE passages (
    ordinal INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(ordinal),
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL,
    first_line INTEGER NOT NULL, last_line INTEGER NOT NULL,
    headings TEXT NOT NULL, page INTEGER, slide INTEGER, sheet TEXT, row INTEGER, part TEXT,
    sentences TEXT NOT NULL, sections TEXT NOT NULL, language TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document);
CREATE TABLE attributes ( -- for filters; see index/attributes.py
    document INTEGER NOT NULL REFERENCES documents(ordinal),
    key TEXT NOT NULL, text TEXT NOT NULL, number REAL
);
"""
# Created last: sorting all rows once is faster than keeping them sorted.
_INDEXES = """
CREATE INDEX attributes_by_text ON attributes (key, text, number, document);
CREATE INDEX attributes_by_number ON attributes (key, number, document) WHERE number IS NOT NULL;
"""


class CatalogWriter:
    """A new catalog; documents are numbered in the order in which they are added.

    Documents can be taken over from the catalog `earlier`.
    """

    def __init__(self, path: Path, earlier: Path | None = None) -> None:
        self._path = path
        with self._writing():
            self._connection = sqlite3.connect(path, uri=True)
            self._connection.executescript(_SCHEMA)
            if earlier is not None:
                self._connection.execute("ATTACH ? AS earlier", (read_only_address(earlier),))

    def add(
        self,
        document: Document,
        digest: str,
        passages: Sequence[Passage],
        *,
        copies: tuple[str, ...] = (),
        stale: bool = False,
    ) -> None:
        """Add a document and its passages, in order.

        Raises:
            BuildFailed: they cannot be written.
        """
        with self._writing():
            self._add(document, digest, passages, copies, stale)

    def _add(
        self,
        document: Document,
        digest: str,
        passages: Sequence[Passage],
        copies: tuple[str, ...],
        stale: bool,
    ) -> None:
        cursor = self._connection.execute(
            "INSERT INTO documents VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                document.id, document.path, digest, document.body,
                METADATA.dump_json(document.metadata).decode(), len(passages), document.pages,
                json.dumps(document.blank_pages), json.dumps(document.scanned_pages),
                json.dumps(document.notes), json.dumps(copies), stale, document.text,
            ),
        )  # fmt: skip
        self._add_attributes(cursor.lastrowid, document, copies)
        self._connection.executemany(
            "INSERT INTO passages VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    cursor.lastrowid, one.start, one.end, one.text, *one.lines,
                    json.dumps(one.headings), *astuple(one.location),
                    json.dumps([(span.start, span.end) for span in one.sentences]),
                    json.dumps(one.sections), one.language,
                )
                for one in passages
            ],
        )  # fmt: skip

    def take_over(
        self, path: str, document: Document, *, copies: tuple[str, ...], stale: bool
    ) -> None:
        """Add the document that the earlier catalog has at `path`, with its text and passages.

        Its id, path and metadata are taken from `document`.

        Raises:
            BuildFailed: it cannot be written.
        """
        with self._writing():
            self._take_over(path, document, copies, stale)

    def _take_over(
        self, path: str, document: Document, copies: tuple[str, ...], stale: bool
    ) -> None:
        cursor = self._connection.execute(
            "INSERT INTO documents SELECT NULL, ?, ?, digest, body, ?, passages, pages, "
            "blank_pages, scanned_pages, notes, ?, ?, text FROM earlier.documents WHERE path = ?",
            (
                document.id, document.path, METADATA.dump_json(document.metadata).decode(),
                json.dumps(copies), stale, path,
            ),
        )  # fmt: skip
        self._connection.execute(
            "INSERT INTO passages SELECT NULL, ?, start, end, text, first_line, last_line, "
            "headings, page, slide, sheet, row, part, sentences, sections, language "
            "FROM earlier.passages "
            "WHERE document = (SELECT ordinal FROM earlier.documents WHERE path = ?) "
            "ORDER BY ordinal",
            (cursor.lastrowid, path),
        )
        self._add_attributes(cursor.lastrowid, document, copies)

    def _add_attributes(
        self, ordinal: int | None, document: Document, copies: tuple[str, ...]
    ) -> None:
        self._connection.executemany(
            "INSERT INTO attributes VALUES (?,?,?,?)",
            [(ordinal, key, text, number(text)) for key, text in attributes(document, copies)],
        )

    def close(self) -> None:
        """Commit and close; the file is then never written again."""
        with closing(self._connection), self._writing():
            self._connection.executescript(_INDEXES)
            self._connection.commit()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise BuildFailed(f"{self._path} cannot be written: {error}") from error
