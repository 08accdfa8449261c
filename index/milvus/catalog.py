"""The documents of a generation in Milvus."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from pydantic import TypeAdapter

from index.catalog.reader import Entry
from index.errors import IndexDamaged
from index.milvus import records
from index.milvus.address import REBUILD
from index.milvus.connection import Connection, Row
from index.milvus.expressions import DOCUMENT
from index.milvus.records import Records, named
from index.milvus.schema import END, ORDINAL, PASSAGE, START
from index.types import Document, Metadata, Passage, Source, Span

ENTRY = TypeAdapter(Entry)
PASSAGES = TypeAdapter(Passage)
VALUES = TypeAdapter(list[tuple[str, int, Metadata]])
BOUNDS = TypeAdapter(tuple[str, str])
_AT_ONCE = 1000  # rows of a reply, whose size Milvus limits


class MilvusCatalog:
    """The index.generation.engine.DocumentCatalog over collections; documents have numbers by path.

    Raises:
        StoredIndexError: Milvus does not answer, or has lost rows.
    """

    def __init__(
        self, connection: Connection, collection: str, found: Records, documents: int
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._records = found
        self._documents = documents

    def sources(self, limit: int = -1, offset: int = 0) -> list[tuple[Source, int]]:
        """Return documents by path, without text, each with its number of passages."""
        end = self._documents if limit < 0 else min(self._documents, offset + limit)
        numbers = range(offset, end)
        entries = self._entries(numbers)
        return [(_source(entries[one]), entries[one].passages) for one in numbers]

    def paths(self) -> list[str]:
        """Return the paths of all documents, in the order of their numbers."""
        return [source.path for source, _ in self.sources()]

    def source(self, identity: str) -> Source | None:
        """Return the document whose own id, or the id of a copy, is `identity`, else None."""
        number = self._number(identity)
        return None if number is None else _source(self._entries([number])[number])

    def document(self, identity: str) -> Document | None:
        """Return the same document with its text, without its blocks."""
        number = self._number(identity)
        if number is None:
            return None
        found = self._entries([number])[number].document
        text = self._records.read(f"{records.TEXT}{number}")
        if text is None:
            raise self._damaged(f"the text of {found.path}")
        return Document(
            id=found.id,
            path=found.path,
            text=text,
            metadata=found.metadata,
            body=found.body,
            pages=found.pages,
            blank_pages=found.blank_pages,
            scanned_pages=found.scanned_pages,
            notes=found.notes,
        )

    def passages(self, ordinals: Sequence[int]) -> list[tuple[Passage, Source]]:
        """Return passages by ordinal, in the given order, each with its source."""
        rows = list(self._rows(sorted(set(ordinals)), [DOCUMENT, PASSAGE]))
        entries = self._entries({row[DOCUMENT] for row in rows})
        found = {row[ORDINAL]: (_passage(row), _source(entries[row[DOCUMENT]])) for row in rows}
        return [found[ordinal] for ordinal in ordinals]

    def passage(self, identity: str, start: int, end: int) -> Passage | None:
        """Return the passage of a document with these offsets, None if there is none."""
        number = self._number(identity)
        if number is None:
            return None
        where = f"{DOCUMENT} == {number} and {START} == {int(start)} and {END} == {int(end)}"
        rows = self._connection.query(self._collection, where, [PASSAGE], 1)
        return _passage(rows[0]) if rows else None

    def passages_of(self, identity: str, limit: int = -1, offset: int = 0) -> list[Passage]:
        """Return passages of the document with this id, in order; none if there is none."""
        ordinals = self._ordinals(identity)
        last = len(ordinals) if limit < 0 else offset + limit
        return [_passage(row) for row in self._rows(ordinals[offset:last], [PASSAGE])]

    def spans_of(self, identity: str) -> list[Span]:
        """Return the place of each passage of the document with this id, in order."""
        rows = self._rows(self._ordinals(identity), [START, END])
        return [Span(int(row[START]), int(row[END])) for row in rows]

    def _ordinals(self, identity: str) -> range:
        """Return the ordinals of a document's passages, which follow one another."""
        number = self._number(identity)
        count = 0 if number is None else self._entries([number])[number].passages
        if not count:
            return range(0)
        where = f"{DOCUMENT} == {number}"
        rows = self._connection.query(self._collection, where, [ORDINAL], 1)
        if not rows:
            raise self._damaged(f"the passages of {identity}")
        known = int(rows[0][ORDINAL])
        near = range(max(0, known - count + 1), known + 1)
        first = near[bisect_left(near, True, key=lambda one: self._is_of(one, number))]
        return range(first, first + count)

    def _is_of(self, ordinal: int, number: int | None) -> bool:
        [row] = self._rows([ordinal], [DOCUMENT])
        return bool(row[DOCUMENT] == number)

    def _rows(self, ordinals: Sequence[int], fields: Sequence[str]) -> Iterator[Row]:
        """Yield rows by ordinal, in the given order; a reply of Milvus holds some of them."""
        for begin in range(0, len(ordinals), _AT_ONCE):
            part = ordinals[begin : begin + _AT_ONCE]
            rows = self._connection.get(self._collection, list(part), [ORDINAL, *fields])
            found = {row[ORDINAL]: row for row in rows}
            if missing := set(part) - found.keys():
                raise self._damaged(f"passage {min(missing)}")
            yield from (found[one] for one in part)

    def values(self, key: str, most: int) -> list[tuple[str, int, Metadata]]:
        """Return the commonest values of a key; see Catalog.values."""
        found = self._records.read(named(records.VALUES, key))
        return [] if found is None else VALUES.validate_json(found)[:most]

    def bounds(self, key: str) -> tuple[str, str] | None:
        """Return the least and the greatest value of a key, None if it has no values."""
        found = self._records.read(named(records.BOUNDS, key))
        return None if found is None else BOUNDS.validate_json(found)

    def _number(self, identity: str) -> int | None:
        found = self._records.read(named(records.IDENTITY, identity))
        return None if found is None else int(found)

    def _entries(self, numbers: Iterable[int]) -> dict[int, Entry]:
        keys = {number: f"{records.DOCUMENT}{number}" for number in numbers}
        found = self._records.read_all(list(keys.values()))
        if missing := [number for number, key in keys.items() if key not in found]:
            raise self._damaged(f"document {missing[0]}")
        return {number: ENTRY.validate_json(found[key]) for number, key in keys.items()}

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(f"Milvus at {self._connection.address} has lost {what}", REBUILD)


def _source(entry: Entry) -> Source:
    one = entry.document
    return Source(one.id, one.path, one.metadata, entry.copies, entry.stale)


def _passage(row: Row) -> Passage:
    return PASSAGES.validate_json("".join(row[PASSAGE]))
