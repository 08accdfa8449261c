"""The records of a generation: texts of any length by key, in rows of a collection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from index.milvus.connection import Connection, Row
from index.milvus.schema import KEY, VALUE, VECTOR, pieces

# Kinds of keys: the first three are followed by a number, the next four by a hash; see `named`.
TERM, DOCUMENT, TEXT = "term:", "document:", "text:"
IDENTITY, FILE, VALUES, BOUNDS = "id:", "file:", "values:", "bounds:"
MANIFEST, PUBLISHED, REPORT = "manifest", "published", "report"
# how many passages and how many rows of records an incomplete copy has written
PASSAGES_DONE, RECORDS_DONE = "done:passages", "done:records"

_AT_ONCE = 256  # rows in a call, because a server accepts at most 64 MB
_NOWHERE = [0.0, 0.0]


def named(kind: str, text: str) -> str:
    """Return a key for a text of any length."""
    return kind + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def rows(key: str, text: str) -> Iterator[Row]:
    """Yield the rows that store a text; the first one says how many follow."""
    first, *others = pieces(text) or [""]
    yield {KEY: key, VALUE: f"{len(others)} {first}", VECTOR: _NOWHERE}
    for number, piece in enumerate(others, start=1):
        yield {KEY: f"{key}#{number}", VALUE: piece, VECTOR: _NOWHERE}


class Records:
    """The records of one generation."""

    def __init__(self, connection: Connection, collection: str) -> None:
        self._connection = connection
        self._collection = collection

    def write(self, written: Iterable[Row]) -> None:
        """Write rows in batches."""
        remaining = iter(written)
        while batch := list(islice(remaining, _AT_ONCE)):
            self._connection.upsert(self._collection, batch)

    def go_on_writing(self, written: Iterable[Row]) -> int:
        """Write the rows of a copy that are missing; return the number of all rows."""
        done = self.done(RECORDS_DONE)
        remaining = islice(written, done, None)
        while batch := list(islice(remaining, _AT_ONCE)):
            self.write(batch)
            done += len(batch)
            self.note(RECORDS_DONE, done)
        return done

    def done(self, key: str) -> int:
        """Return how many rows of a copy are written, or fewer; rows may be written twice."""
        return int(self.read(key) or 0)

    def note(self, key: str, done: int) -> None:
        """Record how many rows are written, so that a stopped copy can continue."""
        self.write(rows(key, str(done)))

    def read(self, key: str) -> str | None:
        """Return the text of a key, None if there is none."""
        return self.read_all([key]).get(key)

    def read_all(self, keys: Sequence[str]) -> dict[str, str]:
        """Return texts by key, as far as the keys exist."""
        found = {}
        for key, value in self._values(keys).items():
            count, _, text = value.partition(" ")
            if int(count):
                names = [f"{key}#{number}" for number in range(1, int(count) + 1)]
                others = self._values(names)
                text += "".join(others[name] for name in names)
            found[key] = text
        return found

    def _values(self, keys: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(keys), _AT_ONCE):
            batch = keys[start : start + _AT_ONCE]
            got = self._connection.get(self._collection, batch, [KEY, VALUE])
            found |= {row[KEY]: row[VALUE] for row in got}
        return found
