"""The passages of a generation in Milvus: searching them and reading what ranking needs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding.embedder import Vectors
from index.errors import IndexDamaged
from index.filters import Filter
from index.generation.engine import PassageRows
from index.lexical.terms import CandidateTerms, Hashes, offsets, term_hash
from index.milvus.address import REBUILD
from index.milvus.connection import Connection
from index.milvus.expressions import DOCUMENT, Keys, expression
from index.milvus.records import TERM, Records
from index.milvus.schema import (
    DAY,
    FLOAT16,
    LANGUAGE,
    LEXICAL,
    ORDINAL,
    TERMS,
    VECTOR,
    Parameters,
    pieces,
)

_READ = [ORDINAL, DOCUMENT, DAY, LANGUAGE, TERMS, FLOAT16]


def pack_float16(vectors: Vectors) -> list[str]:
    """Return float32 of shape (rows, dimension) as pieces of text, with 16 bits a number."""
    return pieces(base64.b64encode(vectors.astype("<f2").tobytes()).decode())


def unpack_float16(packed: Sequence[str], dimension: int) -> Vectors:
    """Return the vectors given to pack_float16, rounded to 16 bits."""
    halves = np.frombuffer(base64.b64decode("".join(packed)), dtype="<f2")
    return halves.astype(np.float32).reshape(-1, dimension)


def pack_terms(segments: Sequence[Hashes]) -> list[str]:
    """Return the terms of each segment of a passage as pieces of text."""
    numbers = np.concatenate(
        [np.array([len(segments), *map(len, segments)], dtype="<u4"), *segments], dtype="<u4"
    )
    return pieces(base64.b64encode(numbers.tobytes()).decode())


def unpack_terms(packed: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the terms of a passage, and the number of terms of each segment."""
    numbers = np.frombuffer(base64.b64decode("".join(packed)), dtype="<u4")
    segments = int(numbers[0])
    return numbers[segments + 1 :], numbers[1 : segments + 1].astype(np.int64)


class MilvusPassages:
    """The index.generation.engine.PassageIndex over a collection.

    Milvus finds the candidates, searching its index of vectors with `parameters`; ranking compares
    each candidate exactly.

    Raises:
        StoredIndexError: Milvus does not answer, or has lost rows.
    """

    def __init__(
        self,
        connection: Connection,
        collection: str,
        found: Records,
        keys: Keys,
        dimension: int,
        *,
        parameters: Parameters,
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._records = found
        self._keys = keys
        self._dimension = dimension
        self._parameters = parameters

    def matching(
        self, terms: Sequence[str], limit: int, chosen: Filter | None
    ) -> NDArray[np.int64]:
        """Return the best passages by BM25, of those whose source passes `chosen`."""
        if not terms:
            return np.zeros(0, dtype=np.int64)
        words = " ".join(str(term_hash(term)) for term in terms)
        return self._search(LEXICAL, words, limit, chosen, {})

    def nearest(self, vector: Vectors, limit: int, chosen: Filter | None) -> NDArray[np.int64]:
        """Return the passages nearest to a unit vector, of those whose source passes `chosen`."""
        return self._search(VECTOR, vector.tolist(), limit, chosen, self._parameters)

    def read(self, ordinals: NDArray[np.int64]) -> PassageRows:
        """Return the rows of passages that ranking reads."""
        found = {
            row[ORDINAL]: row
            for row in self._connection.get(self._collection, ordinals.tolist(), _READ)
        }
        if missing := set(ordinals.tolist()) - found.keys():
            raise IndexDamaged(
                f"Milvus at {self._connection.address} has lost passage {min(missing)}", REBUILD
            )
        rows = [found[ordinal] for ordinal in ordinals.tolist()]
        rows_of_each = [unpack_float16(row[FLOAT16], self._dimension) for row in rows]
        terms = [unpack_terms(row[TERMS]) for row in rows]
        return PassageRows(
            vectors=np.stack([one[0] for one in rows_of_each]),
            documents=np.array([row[DOCUMENT] for row in rows], dtype=np.int64),
            days=np.array([row[DAY] for row in rows], dtype=np.int32),
            sentences=np.concatenate([one[1:] for one in rows_of_each]),
            languages=np.array([row[LANGUAGE] for row in rows], dtype="S2"),
            first_sentence=offsets(np.array([len(one) - 1 for one in rows_of_each])),
            terms=CandidateTerms(
                hashes=np.concatenate([hashes for hashes, _ in terms]),
                first_segment=offsets(np.array([len(counts) for _, counts in terms])),
                first_term=offsets(np.concatenate([counts for _, counts in terms])),
            ),
        )

    def frequencies(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Return the number of passages in which each term occurs."""
        keys = {term: f"{TERM}{term_hash(term)}" for term in terms}
        found = self._records.read_all(sorted(set(keys.values())))
        return {term: int(found.get(key, "0")) for term, key in keys.items()}

    def _search(
        self,
        field: str,
        asked: object,
        limit: int,
        chosen: Filter | None,
        parameters: Parameters,
    ) -> NDArray[np.int64]:
        where = "" if chosen is None else expression(chosen, self._keys)
        found = self._connection.search(
            self._collection, field, asked, limit, where, parameters=parameters
        )
        return np.array(found, dtype=np.int64)
