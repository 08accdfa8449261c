"""The documents and passages of a generation that pass a filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.caching import ByteCache, CacheSpace
from index.catalog.reader import Catalog
from index.filters import AllOf, AnyOf, Filter, Not

_FILTER_BYTES = 1 << 16  # about the most that the filter of a selection takes


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents and passages that pass a filter.

    `documents` is int64, the ordinals of the documents, ascending. `passages` is bool of shape
    (passages,).
    """

    documents: NDArray[np.int64]
    passages: NDArray[np.bool_]


class Selector:
    """Selects documents and passages of one generation, for any number of threads.

    `document_of` is int64 of shape (passages,), the ordinal of the document of each passage;
    `documents` is the number of documents. The last selections are cached in `space`; each takes
    about one byte a passage.
    """

    def __init__(
        self,
        catalog: Catalog,
        document_of: NDArray[np.int64],
        documents: int,
        space: CacheSpace | None = None,
    ) -> None:
        self._catalog = catalog
        self._document_of = document_of
        self._documents = documents
        self._cache: ByteCache[Filter, Selection] = ByteCache(_size, space)

    def select(self, chosen: Filter) -> Selection:
        """Return the passages and documents that pass a filter."""
        found = self._cache.find([chosen]).get(chosen)
        if found is None:
            passing = _passing(self._catalog, self._documents, chosen)
            found = Selection(np.flatnonzero(passing), passing[self._document_of])
            self._cache.add({chosen: found})
        return found


def _size(_: Filter, selection: Selection) -> int:
    return _FILTER_BYTES + selection.documents.nbytes + selection.passages.nbytes


def _passing(catalog: Catalog, documents: int, chosen: Filter) -> NDArray[np.bool_]:
    """Return bool of shape (documents,): which documents pass."""
    if isinstance(chosen, Not):
        return ~_passing(catalog, documents, chosen.part)
    passing = np.full(documents, isinstance(chosen, AllOf))
    if isinstance(chosen, AllOf):
        for part in chosen.parts:
            passing &= _passing(catalog, documents, part)
    elif isinstance(chosen, AnyOf):
        for part in chosen.parts:
            passing |= _passing(catalog, documents, part)
    else:
        passing[catalog.having(chosen)] = True
    return passing
