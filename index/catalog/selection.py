"""The documents and passages of a generation that pass a filter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

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
    `documents` is the number of documents. The last selections are cached, up to `cache_bytes`;
    each takes about one byte a passage.
    """

    def __init__(
        self,
        catalog: Catalog,
        document_of: NDArray[np.int64],
        documents: int,
        cache_bytes: int = 32 << 20,
    ) -> None:
        # A cached method would make a reference cycle with this object, and the open files of the
        # generation would stay open until the garbage collector runs.
        cache: LRUCache[object, Selection] = LRUCache(cache_bytes, getsizeof=_size)
        select = partial(_select, catalog, document_of, documents)
        self.select = cached(cache, lock=Lock())(select)


def _size(selection: Selection) -> int:
    return _FILTER_BYTES + selection.documents.nbytes + selection.passages.nbytes


def _select(
    catalog: Catalog, document_of: NDArray[np.int64], documents: int, chosen: Filter
) -> Selection:
    """Return the passages and documents that pass a filter."""
    passing = _passing(catalog, documents, chosen)
    return Selection(np.flatnonzero(passing), passing[document_of])


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
