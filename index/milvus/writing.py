"""Copying a generation from local files into Milvus, in batches that may be repeated."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import orjson
from pydantic import BaseModel

from index.attributes import attributes
from index.catalog.reader import Entry
from index.embedding.embedder import Vectors
from index.errors import EngineRefused
from index.generation.folder import ENCODER, StoredGeneration
from index.generation.manifest import Manifest
from index.lexical.terms import Hashes
from index.milvus import records
from index.milvus.catalog import BOUNDS, ENTRY, PASSAGES, VALUES
from index.milvus.connection import Row
from index.milvus.expressions import ATTRIBUTES, DOCUMENT, Keys, count_values
from index.milvus.passages import pack_float16, pack_terms
from index.milvus.records import named
from index.milvus.schema import (
    DAY,
    END,
    FLOAT16,
    LANGUAGE,
    LONGEST,
    ORDINAL,
    PASSAGE,
    START,
    TERMS,
    VECTOR,
    WORDS,
    Parameters,
    pieces,
)
from index.types import Passage

_AT_ONCE = 256  # passages in a call
_MOST_VALUES = 1000  # values of a key that are stored for facets


class Description(BaseModel):
    """The data that a reader needs before it opens a generation.

    `keys` is Keys.most, and `search` the search parameters of its Layout.
    """

    manifest: Manifest
    size: int
    keys: dict[str, int]
    search: dict[str, bool | int | float | str] = {}


class Copy:
    """The rows of a generation in Milvus; documents have numbers by path."""

    def __init__(self, generation: StoredGeneration) -> None:
        self._generation = generation
        entries = generation.catalog.entries()
        self._entries = sorted(entries, key=lambda entry: entry.document.path)
        places = {entry.document.id: place for place, entry in enumerate(self._entries)}
        self._places = [places[entry.document.id] for entry in entries]
        most: dict[str, int] = {}
        for entry in entries:
            count_values(attributes(entry.document, entry.copies), most)
        self._keys = Keys(most)
        self._frequencies: Counter[int] = Counter()

    def passages(self, done: int = 0) -> Iterator[tuple[int, list[Row]]]:
        """Yield rows of passages in batches, each with the number of passages up to its end.

        The first `done` passages are left out. The terms of all passages are counted.
        """
        generation = self._generation
        stored = generation.passages
        remaining = enumerate(generation.catalog.all_passages())
        kept = [self._attributes(entry) for entry in self._entries]
        while window := list(islice(remaining, _AT_ONCE)):
            if window[-1][0] < done:
                for ordinal, _ in window:
                    self._count(self._segments(ordinal))
                continue
            ordinals = np.array([ordinal for ordinal, _ in window])
            vectors = stored.vectors.rows(ordinals)
            batch = [
                self._row(ordinal, passage, vector, kept)
                for (ordinal, (passage, _)), vector in zip(window, vectors, strict=True)
            ]
            yield window[-1][0] + 1, batch

    def _row(
        self,
        ordinal: int,
        passage: Passage,
        vector: Vectors,
        attributes_of: Sequence[Mapping[str, str | float]],
    ) -> Row:
        """Return the row of a passage; `attributes_of` are those of each document by its number."""
        stored = self._generation.passages
        column = stored.columns[ordinal]
        first, after = stored.columns["sentence"][ordinal : ordinal + 2].tolist()
        sentences = stored.sentences.read(np.arange(first, after))
        segments = self._segments(ordinal)
        place = self._places[column["document"]]
        return {
            ORDINAL: ordinal,
            DOCUMENT: place,
            START: passage.start,
            END: passage.end,
            DAY: int(column["day"]),
            LANGUAGE: passage.language,
            ATTRIBUTES: attributes_of[place],
            VECTOR: vector.tolist(),
            WORDS: _words(self._count(segments)),
            TERMS: pack_terms(segments),
            FLOAT16: pack_float16(np.vstack([vector, sentences])),
            PASSAGE: pieces(PASSAGES.dump_json(passage).decode()),
        }

    def _segments(self, ordinal: int) -> list[Hashes]:
        """Return the terms of each segment of a passage."""
        stored = self._generation.passages
        first, after = stored.columns["sentence"][ordinal : ordinal + 2].tolist()
        return stored.terms.segments(ordinal, first, after - first)

    def _count(self, segments: Sequence[Hashes]) -> Hashes:
        """Return the terms of a passage, after counting the passage for each of its terms."""
        hashes = np.concatenate(segments)
        self._frequencies.update(np.unique(hashes).tolist())
        return hashes

    def _attributes(self, entry: Entry) -> dict[str, str | float]:
        stored = self._keys.stored(attributes(entry.document, entry.copies))
        if (size := len(orjson.dumps(stored))) > LONGEST:
            raise EngineRefused(
                f"the metadata of {entry.document.path} takes {size} bytes in Milvus, which "
                f"accepts {LONGEST}; let it state fewer authors, tags or other values"
            )
        return stored

    def records(self, search: Parameters) -> Iterator[Row]:
        """Yield the rows of the records; all passages must have been yielded before."""
        generation = self._generation
        for number, frequency in self._frequencies.items():
            yield from records.rows(f"{records.TERM}{number}", str(frequency))
        for place, entry in enumerate(self._entries):
            yield from self._document(place, entry)
        for key in self._keys.most:
            yield from self._choices(key)
        for name in generation.manifest.files:
            if name.startswith(f"{ENCODER}/"):
                content = (generation.folder / name).read_bytes()
                text = base64.b64encode(content).decode()
                yield from records.rows(named(records.FILE, name), text)
        description = Description(
            manifest=generation.manifest,
            size=generation.size,
            keys=dict(self._keys.most),
            search=dict(search),
        )
        yield from records.rows(records.MANIFEST, description.model_dump_json())

    def _document(self, place: int, entry: Entry) -> Iterator[Row]:
        yield from records.rows(f"{records.DOCUMENT}{place}", ENTRY.dump_json(entry).decode())
        document = self._generation.catalog.document(entry.document.id)
        assert document is not None
        yield from records.rows(f"{records.TEXT}{place}", document.text)
        for key, text in attributes(entry.document, entry.copies):
            if key == "document_id":
                yield from records.rows(named(records.IDENTITY, text), str(place))

    def _choices(self, key: str) -> Iterator[Row]:
        catalog = self._generation.catalog
        values = VALUES.dump_json(catalog.values(key, _MOST_VALUES)).decode()
        yield from records.rows(named(records.VALUES, key), values)
        bounds = catalog.bounds(key)
        if bounds is not None:
            text = BOUNDS.dump_json(bounds).decode()
            yield from records.rows(named(records.BOUNDS, key), text)


def _words(hashes: Hashes) -> str:
    """Return terms as words for BM25; of a very long passage only the first ones."""
    words: Sequence[str] = [str(number) for number in hashes.tolist()]
    text = " ".join(words)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0]
