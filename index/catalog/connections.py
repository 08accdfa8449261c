"""A bounded number of SQLite connections to a finished file, shared by all threads."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

from index.errors import IndexDamaged, StoredIndexError

_MOST = 4  # connections; a query takes less than a millisecond, and the GIL allows one at a time
_WAIT = 30.0  # seconds for a connection that another thread uses
# Errors of the system, not of the content of the file: https://sqlite.org/rescode.html
_REFUSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}


class Connections:
    """Lends connections to a file that is never written again.

    The first connection is opened at once, so that the file can be read until the end, also if it
    is deleted or no more files can be opened. All are closed with this object.

    Raises:
        StoredIndexError: the file cannot be read.
        IndexDamaged: it is not a catalog.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._uri = read_only_address(path)
        self._opened = 0
        self._lock = threading.Lock()
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        # a connection that is only dropped stays open until the garbage collector runs
        weakref.finalize(self, _close, self._idle)
        with self.lend():
            pass

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that no other thread uses until the block ends."""
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                self._idle.put(connection)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _REFUSED:
                raise StoredIndexError(
                    f"{self._path} cannot be read: {error}; check that this user may read it, and "
                    "that memory and file handles are free"
                ) from error
            raise IndexDamaged(f"{self._path} is not a readable catalog: {error}") from error

    def _take(self) -> sqlite3.Connection:
        """Return an idle connection, open a new one, or wait."""
        try:
            return self._idle.get_nowait()
        except Empty:
            pass
        with self._lock:
            if self._opened < _MOST:
                try:
                    connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
                except sqlite3.OperationalError:
                    if not self._opened:
                        raise
                else:
                    self._opened += 1
                    return connection
        try:
            return self._idle.get(timeout=_WAIT)
        except Empty:
            raise StoredIndexError(
                f"{self._path} cannot be read: its {self._opened} connections are all in use; "
                "try again"
            ) from None


def read_only_address(path: Path) -> str:
    """Return the URI by which SQLite opens a file that is never written again."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def _close(idle: LifoQueue[sqlite3.Connection]) -> None:
    while not idle.empty():
        idle.get_nowait().close()
