"""The engine that keeps generations in Milvus and publishes them by an alias."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cachetools import TTLCache, cachedmethod
from pydantic import TypeAdapter, ValidationError

from index.embedding.encoder_choice import cache_folder
from index.errors import EngineUnavailable, IndexDamaged, IndexMismatch, IndexMissing
from index.generation.engine import Generation
from index.generation.folder import StoredGeneration
from index.lexical.analysis import Analyzer
from index.milvus import records, schema
from index.milvus.address import REBUILD, MilvusAddress
from index.milvus.catalog import MilvusCatalog
from index.milvus.connection import Connection
from index.milvus.encoder_files import fetch_encoder
from index.milvus.expressions import Keys
from index.milvus.passages import MilvusPassages
from index.milvus.records import Records
from index.milvus.schema import Layout
from index.milvus.writing import Copy, Description
from index.report import Report

_DEFAULT = Layout()
_RECORDS = "_records"
_REPORT = TypeAdapter(Report)
_SECOND = 1.0  # for which a report is cached, because every request reads it


class MilvusEngine:
    """The index.generation.engine.Engine over an alias in Milvus.

    For the time `grace`, a generation can still be read after a newer one was published. Readers
    store encoders that they fetch in the folder `cache`. New collections are created with `layout`;
    without an index type in it, the embedded server compares all vectors.
    """

    def __init__(
        self,
        address: MilvusAddress,
        alias: str,
        *,
        grace: timedelta = timedelta(minutes=10),
        cache: Path | None = None,
        layout: Layout = _DEFAULT,
    ) -> None:
        self._address = address
        self._alias = alias
        self._cache = cache or cache_folder().with_name("engines")
        self._grace = grace
        all_compared = address.embedded and layout.index_type == schema.AUTOMATIC
        self._layout = replace(layout, index_type="FLAT") if all_compared else layout
        self._connection = Connection(address)
        self._reports: TTLCache[object, Report | None] = TTLCache(1, _SECOND)

    def __str__(self) -> str:
        """Return the address, for messages."""
        return f"Milvus at {self._address}"

    def current_id(self) -> str:
        """Return the id of the live generation.

        Raises:
            IndexMissing: nothing has been published there.
            StoredIndexError: Milvus does not answer.
        """
        return self._identity(self._connection.target(self._alias))

    def ids(self) -> list[str]:
        """Return the ids of all published generations, oldest first.

        Raises:
            StoredIndexError: Milvus does not answer.
        """
        published = [
            one for one in self._identities() if self._records(one).read(records.PUBLISHED)
        ]
        return sorted(published, key=self._number)

    def open(self, identity: str) -> Generation:
        """Open a generation.

        Raises:
            IndexMismatch: another version of Pincite wrote it.
            IndexDamaged: it is incomplete.
            StoredIndexError: Milvus does not answer.
        """
        found, collection = self._records(identity), self._collection(identity)
        description = self._describe(found)
        manifest = description.manifest
        return Generation(
            id=identity,
            folder=fetch_encoder(found, manifest, self._cache),
            manifest=manifest,
            catalog=MilvusCatalog(self._connection, collection, found, manifest.documents),
            passages=MilvusPassages(
                self._connection,
                collection,
                found,
                Keys(description.keys),
                manifest.dimension,
                parameters=description.search,
            ),
            analyzer=Analyzer(manifest.language),
            size=description.size,
        )

    @cachedmethod(lambda self: self._reports)
    def report(self) -> Report | None:
        """Return the report of the last build, None if there is no report."""
        text = self._records(self.current_id()).read(records.REPORT)
        return None if text is None else _REPORT.validate_json(text)

    def publish(
        self, generation: StoredGeneration, report: Report, progress: Callable[[int, int], None]
    ) -> None:
        """Copy a generation into Milvus and publish it, unless it is live; store the report.

        A stopped copy continues where it was; rows that were written twice are equal. Readers do
        not see the copy until the alias is switched, which is atomic.

        Raises:
            StoredIndexError: Milvus does not answer, or has fewer rows than were written.
        """
        live = self._published()
        if live is not None:
            self._sweep(live, {live, generation.id})
        if generation.id != live:
            self._copy(generation, progress)
        text = _REPORT.dump_json(report).decode()
        self._records(generation.id).write(records.rows(records.REPORT, text))

    def remove(self) -> None:
        """Delete every generation of the alias, and the alias."""
        self._connection.unpoint(self._alias)
        for identity in self._identities():
            self._drop(identity)

    def _copy(self, generation: StoredGeneration, progress: Callable[[int, int], None]) -> None:
        connection, collection = self._connection, self._collection(generation.id)
        manifest, copy = generation.manifest, Copy(generation)
        connection.create(
            collection,
            lambda client: schema.passages_schema(client, manifest.dimension),
            lambda client: schema.passages_indexes(client, self._layout),
            self._layout.shards,
        )
        connection.create(collection + _RECORDS, schema.records_schema, schema.records_indexes)
        found = self._records(generation.id)
        for done, batch in copy.passages(found.done(records.PASSAGES_DONE)):
            connection.upsert(collection, batch)
            found.note(records.PASSAGES_DONE, done)
            progress(done, manifest.passages)
        written = found.go_on_writing(copy.records(self._layout.search))
        for name, rows in ((collection, manifest.passages), (collection + _RECORDS, written)):
            connection.finish(name)
            if (counted := connection.count(name)) < rows:
                self._drop(generation.id)  # the recorded progress was wrong
                raise EngineUnavailable(
                    f"{self} holds {counted} of {rows} rows of {name}; run pincite index again"
                )
        found.write(records.rows(records.PUBLISHED, datetime.now(UTC).isoformat()))
        connection.point(self._alias, collection)

    def _sweep(self, live: str, kept: Container[str]) -> None:
        """Drop all generations but some if the live one was published longer than the grace ago."""
        since = self._records(live).read(records.PUBLISHED)
        if since and datetime.now(UTC) - datetime.fromisoformat(since) >= self._grace:
            for identity in self._identities():
                if identity not in kept:
                    self._drop(identity)

    def _number(self, identity: str) -> int:
        """Return the number of a generation, 0 if its manifest cannot be read."""
        try:
            return self._describe(self._records(identity)).manifest.number
        except (IndexDamaged, IndexMismatch):
            return 0

    def _drop(self, identity: str) -> None:
        collection = self._collection(identity)
        self._connection.drop(collection + _RECORDS)
        self._connection.drop(collection)

    def _published(self) -> str | None:
        try:
            return self.current_id()
        except IndexMissing:
            return None

    def _identities(self) -> list[str]:
        """Return the id of every generation, including incomplete copies."""
        ours = re.compile(rf"{self._alias}_\d{{8}}T\d{{6}}_\d{{6}}Z__[0-9a-f]+")
        names = self._connection.collections()
        return sorted(self._identity(name) for name in names if ours.fullmatch(name))

    def _collection(self, identity: str) -> str:
        """Return the name of a generation's passages, in characters that Milvus allows."""
        return f"{self._alias}_{identity.replace('-', '__').replace('.', '_')}"

    def _identity(self, collection: str) -> str:
        name = collection.removeprefix(f"{self._alias}_")
        return name.replace("__", "-").replace("_", ".")

    def _records(self, identity: str) -> Records:
        return Records(self._connection, self._collection(identity) + _RECORDS)

    def _describe(self, found: Records) -> Description:
        text = found.read(records.MANIFEST)
        if text is None:
            raise IndexDamaged(f"{self} holds no manifest", REBUILD)
        try:
            return Description.model_validate_json(text)
        except ValidationError as error:
            raise IndexMismatch(
                f"{self} was written by another version of Pincite; {REBUILD}"
            ) from error
