"""Counts which passages helped with which question, in a SQLite file, without data on readers."""

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


class FeedbackError(PinciteError):
    """The feedback file cannot be read or written, or holds nothing to export."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How often a passage, given by path and offsets, helped with a question and how often not."""

    question: str
    path: str
    start: int
    end: int
    helpful: int
    unhelpful: int


class FeedbackStore:
    """Judgements in the file at `path`; the first judgement creates it, readable by its owner.

    The file takes `most_pages` of 4 KiB at most, so that feedback cannot fill the disk.
    """

    def __init__(self, path: Path, most_pages: int = 16_384) -> None:
        self._path = path
        self._most_pages = most_pages

    def add(self, question: str, path: str, start: int, end: int, *, helpful: bool) -> None:
        """Count one judgement of a passage.

        Raises:
            FeedbackError: the file cannot be written.
        """
        with self._open(create=True) as connection:
            connection.execute(
                "INSERT INTO judgements VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                "helpful = helpful + excluded.helpful, unhelpful = unhelpful + excluded.unhelpful",
                (question, path, start, end, helpful, not helpful),
            )

    def judgements(self) -> list[Judgement]:
        """Return all judgements, sorted by question, path and start.

        Raises:
            FeedbackError: the file does not exist or cannot be read.
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
                connection.execute(f"PRAGMA max_page_count = {self._most_pages}")
                if create:
                    connection.execute(_SCHEMA)
                yield connection
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FeedbackError(
                f"the feedback in {self._path} cannot be read or written: {reason}; make it "
                "writable to this user, or name another file in the setting feedback"
            ) from error
