"""Which passages helped with which question, counted in a SQLite file: nothing of who said so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index import PinciteError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS judgements (
    question TEXT NOT NULL, path TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    helpful INTEGER NOT NULL, unhelpful INTEGER NOT NULL,
    PRIMARY KEY (question, path, start, end)
) WITHOUT ROWID
"""
_SECONDS = 5.0  # to wait for another process that writes
_MOST_PAGES = 16_384  # of 4 KiB: whoever may ask cannot fill the disk


class FeedbackError(PinciteError):
    """The file of the feedback cannot be read or written, or holds nothing to export."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How often a passage, by its document's path and its place, did and did not help."""

    question: str
    path: str
    start: int
    end: int
    helpful: int
    unhelpful: int


class FeedbackStore:
    """Judgements in the file at `path`, which the first one creates, for its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, question: str, path: str, start: int, end: int, *, helpful: bool) -> None:
        """Count one more reader whom a passage did or did not help.

        Raises:
            FeedbackError: it cannot be written.
        """
        with self._open(create=True) as connection:
            connection.execute(
                "INSERT INTO judgements VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                "helpful = helpful + excluded.helpful, unhelpful = unhelpful + excluded.unhelpful",
                (question, path, start, end, helpful, not helpful),
            )

    def judgements(self) -> list[Judgement]:
        """Return what was judged, by question and place.

        Raises:
            FeedbackError: there is no such file, or it cannot be read.
        """
        if not self._path.exists():
            raise FeedbackError(
                f"there is no feedback in {self._path}; readers give it on the page of an answer"
            )
        with self._open(create=False) as connection:
            rows = connection.execute("SELECT * FROM judgements ORDER BY question, path, start")
            return [Judgement(*row) for row in rows]

    @contextmanager
    def _open(self, *, create: bool) -> Iterator[sqlite3.Connection]:
        try:
            if create:
                self._path.touch(0o600)
            with closing(sqlite3.connect(self._path, timeout=_SECONDS)) as connection, connection:
                connection.execute(f"PRAGMA max_page_count = {_MOST_PAGES}")
                if create:
                    connection.execute(_SCHEMA)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise FeedbackError(
                f"the feedback in {self._path} cannot be read or written: {error}"
            ) from error
