"""One connection to Milvus; what goes wrong there becomes an error of ours."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from index.errors import EngineRefused, EngineUnavailable, IndexMissing, StoredIndexError
from index.milvus.address import MilvusAddress

# Of these on, the server has `exists` in JSON, analyzers and BM25; Lite is numbered otherwise.
_LEAST, _LEAST_LITE = (2, 6), (3, 0)
_LITE = "milvus_lite-"
_MISSING = {100, 1600}  # collection not found, alias not found
_WRITING = 600.0  # seconds that a call may take which no reader waits for

Row = dict[str, Any]


class Connection:
    """Calls Milvus, connecting when it is first needed and anew after it was lost.

    Raises:
        EngineUnavailable: Milvus cannot be reached, or does not answer in time.
        EngineRefused: it does not let us in, its version is too old, or pymilvus is not installed.
        IndexMissing: the collection or the alias that is asked of is not there.
    """

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._client: Any = None
        self._loaded: set[str] = set()  # a server may have let go of what it held
        self._lock = threading.Lock()

    def query(self, collection: str, expression: str, fields: Sequence[str]) -> list[Row]:
        """Return the rows of which an expression holds."""
        with self._calls(collection) as client:
            return list(
                client.query(
                    collection,
                    filter=expression,
                    output_fields=list(fields),
                    timeout=self.address.seconds,
                )
            )

    def get(
        self, collection: str, keys: Sequence[int] | Sequence[str], fields: Sequence[str]
    ) -> list[Row]:
        """Return the rows of those primary keys that are there, in any order."""
        if not keys:
            return []
        with self._calls(collection) as client:
            return list(
                client.get(
                    collection,
                    ids=list(keys),
                    output_fields=list(fields),
                    timeout=self.address.seconds,
                )
            )

    def search(
        self, collection: str, field: str, asked: object, limit: int, expression: str
    ) -> list[int]:
        """Return the primary keys of the rows that come nearest, nearest first."""
        with self._calls(collection) as client:
            found = client.search(
                collection,
                data=[asked],
                anns_field=field,
                limit=limit,
                filter=expression,
                output_fields=[],
                timeout=self.address.seconds,
            )
            return [int(one) for one in found[0].ids] if found else []

    def count(self, collection: str) -> int:
        """Return the number of rows, with all that was written."""
        with self._calls() as client:
            rows = client.query(
                collection,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=_WRITING,
            )
            return int(rows[0]["count(*)"])

    def upsert(self, collection: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Write rows; those with the same primary keys are replaced."""
        with self._calls() as client:
            client.upsert(collection, [dict(row) for row in rows], timeout=_WRITING)

    def create(
        self,
        collection: str,
        schema: Callable[[Any], object],
        indexes: Callable[[Any], object],
    ) -> None:
        """Create a collection, unless it is there; both functions are given the client."""
        with self._calls() as client:
            if not client.has_collection(collection, timeout=_WRITING):
                # what is published never changes, so readers need wait for no writer
                client.create_collection(
                    collection,
                    schema=schema(client),
                    index_params=indexes(client),
                    consistency_level="Eventually",
                    timeout=_WRITING,
                )

    def finish(self, collection: str) -> None:
        """Store what was written, and have it searched."""
        with self._calls() as client:
            client.flush(collection, timeout=_WRITING)
            client.load_collection(collection, timeout=_WRITING)

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        with self._calls() as client:
            return list(client.list_collections(timeout=_WRITING))

    def drop(self, collection: str) -> None:
        """Delete a collection."""
        with self._calls() as client:
            client.drop_collection(collection, timeout=_WRITING)

    def target(self, alias: str) -> str:
        """Return the collection that an alias names."""
        with self._calls() as client:
            found = client.describe_alias(alias, timeout=self.address.seconds)
            return str(found["collection_name"])

    def point(self, alias: str, collection: str) -> None:
        """Let an alias name a collection, and no other."""
        try:
            self.target(alias)
        except IndexMissing:
            with self._calls() as client:
                client.create_alias(collection, alias, timeout=_WRITING)
        else:
            with self._calls() as client:
                client.alter_alias(collection, alias, timeout=_WRITING)

    def unpoint(self, alias: str) -> None:
        """Delete an alias, if it is there."""
        with suppress(IndexMissing), self._calls() as client:
            client.drop_alias(alias, timeout=_WRITING)

    @contextmanager
    def _calls(self, loaded: str | None = None) -> Iterator[Any]:
        """Give the client, once the collection `loaded` can be searched."""
        try:
            import grpc
            from pymilvus.exceptions import MilvusException
        except ModuleNotFoundError as error:
            raise EngineRefused(
                f"the engine Milvus takes {error.name}; install it with: "
                "pip install 'pincite[milvus]'"
            ) from error
        try:
            client = self._open()
            if loaded is not None and loaded not in self._loaded:
                client.load_collection(loaded, timeout=self.address.seconds)
                self._loaded.add(loaded)
            yield client
        except MilvusException as error:
            raise self._translated(int(error.code), str(error.message)) from error
        except (grpc.RpcError, OSError) as error:
            raise self._translated(0, str(error)) from error

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                client = _connect(self.address)
                _check_version(self.address, client)
                self._client, self._loaded = client, set()
            return self._client

    def _translated(self, code: int, message: str) -> StoredIndexError:
        told = " ".join(message.split())[:300]
        if code in _MISSING:
            return IndexMissing(
                f"there is no index in Milvus at {self.address} yet ({told}); build one with: "
                "pincite index --engine"
            )
        if "auth" in told.lower() or "permission" in told.lower():
            return EngineRefused(
                f"Milvus at {self.address} does not let us in: {told}; see the setting engine_token"
            )
        with self._lock:
            self._client = None  # one that has lost its server may not find it again
        return EngineUnavailable(
            f"Milvus at {self.address} cannot be asked now ({told}); try again later"
        )


def _connect(address: MilvusAddress) -> Any:
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # it would log every fork of this process
    from pymilvus import MilvusClient

    # it logs a traceback of each error that it raises, and Lite's server of what it lacks
    for name in ("pymilvus", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tls = {"server_pem_path": str(address.authority)} if address.authority else {}
    return MilvusClient(
        address.uri,
        token=address.token,
        db_name=address.database,
        timeout=address.seconds,
        # and not the one that others have lost, nor its wait before the next attempt
        dedicated=True,
        grpc_options={"grpc.use_local_subchannel_pool": 1, "grpc.keepalive_time_ms": 300_000},
        **tls,
    )


def _check_version(address: MilvusAddress, client: Any) -> None:
    version = str(client.get_server_version(timeout=address.seconds))
    least = _LEAST_LITE if version.startswith(_LITE) else _LEAST
    digits = version.removeprefix(_LITE).removeprefix("v").split(".")[:2]
    if tuple(int(part) if part.isdigit() else 0 for part in digits) < least:
        raise EngineRefused(
            f"Milvus at {address} has version {version}; "
            f"{'.'.join(map(str, least))} is the least that can be used"
        )
