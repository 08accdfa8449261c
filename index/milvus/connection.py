"""The calls to Milvus that the engine needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from index.errors import IndexMissing
from index.milvus.address import MilvusAddress
from index.milvus.schema import Parameters
from index.milvus.session import Session

_WRITING = 600.0  # seconds; the time limit of calls that no reader waits for

Row = dict[str, Any]


class Connection:
    """Calls Milvus; it raises the errors of index.milvus.session.Session."""

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._session = Session(address)

    def query(
        self, collection: str, expression: str, fields: Sequence[str], limit: int
    ) -> list[Row]:
        """Return up to `limit` of the rows that pass an expression."""
        with self._session.client(collection) as client:
            return list(
                client.query(
                    collection,
                    filter=expression,
                    output_fields=list(fields),
                    limit=limit,
                    timeout=self.address.seconds,
                )
            )

    def get(
        self, collection: str, keys: Sequence[int] | Sequence[str], fields: Sequence[str]
    ) -> list[Row]:
        """Return the rows with these primary keys, as far as they exist, in any order."""
        if not keys:
            return []
        with self._session.client(collection) as client:
            return list(
                client.get(
                    collection,
                    ids=list(keys),
                    output_fields=list(fields),
                    timeout=self.address.seconds,
                )
            )

    def search(
        self,
        collection: str,
        field: str,
        asked: object,
        limit: int,
        expression: str,
        *,
        parameters: Parameters,
    ) -> list[int]:
        """Return the primary keys of the nearest rows, nearest first."""
        with self._session.client(collection) as client:
            found = client.search(
                collection,
                data=[asked],
                anns_field=field,
                limit=limit,
                filter=expression,
                output_fields=[],
                search_params={"params": dict(parameters)} if parameters else {},
                timeout=self.address.seconds,
            )
            return [int(one) for one in found[0].ids] if found else []

    def count(self, collection: str) -> int:
        """Return the number of rows, including the last ones written."""
        with self._session.client() as client:
            rows = client.query(
                collection,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=_WRITING,
            )
            return int(rows[0]["count(*)"])

    def upsert(self, collection: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Write rows; rows with the same primary keys are replaced."""
        with self._session.client() as client:
            client.upsert(collection, [dict(row) for row in rows], timeout=_WRITING)

    def create(
        self,
        collection: str,
        schema: Callable[[Any], object],
        indexes: Callable[[Any], object],
        shards: int = 1,
    ) -> None:
        """Create a collection unless it exists; both functions get the client."""
        with self._session.client() as client:
            if not client.has_collection(collection, timeout=_WRITING):
                # a published collection never changes, so readers need not wait for writes
                client.create_collection(
                    collection,
                    schema=schema(client),
                    index_params=indexes(client),
                    num_shards=shards,
                    consistency_level="Eventually",
                    timeout=_WRITING,
                )

    def finish(self, collection: str) -> None:
        """Flush a collection and load it, so that it can be searched."""
        with self._session.client() as client:
            client.flush(collection, timeout=_WRITING)
            client.load_collection(collection, timeout=_WRITING)

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        with self._session.client() as client:
            return list(client.list_collections(timeout=_WRITING))

    def drop(self, collection: str) -> None:
        """Delete a collection."""
        with self._session.client() as client:
            client.drop_collection(collection, timeout=_WRITING)

    def target(self, alias: str) -> str:
        """Return the collection that an alias points to."""
        with self._session.client() as client:
            found = client.describe_alias(alias, timeout=self.address.seconds)
            return str(found["collection_name"])

    def point(self, alias: str, collection: str) -> None:
        """Point an alias to a collection, creating the alias if it does not exist."""
        try:
            self.target(alias)
        except IndexMissing:
            with self._session.client() as client:
                client.create_alias(collection, alias, timeout=_WRITING)
        else:
            with self._session.client() as client:
                client.alter_alias(collection, alias, timeout=_WRITING)

    def unpoint(self, alias: str) -> None:
        """Delete an alias if it exists."""
        with suppress(IndexMissing), self._session.client() as client:
            client.drop_alias(alias, timeout=_WRITING)
