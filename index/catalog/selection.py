"""The documents and passages of a generation that pass a filter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from index.catalog.reader import Catalog
from index.filters import AllOf, AnyOf, Filter, Not

_KEPT = 32  # selections of a generation; each takes a byte a passage


@dataclass(frozen=True, slots=True)
class Selection:
    """What may be searched.

    `documents` is int64, the ordinals of the documents that pass, ascending; `passages` is bool of
    shape (passages,).
    """

    documents: NDArray[np.int64]
    passages: NDArray[np.bool_]


class Selector:
    """Selects from one generation; the last selections are kept, and any thread may ask.

    `document_of` is int64 of shape (passages,), the ordinal of each passage's document, of which
    there are `documents`.
    """

    def __init__(self, catalog: Catalog, document_of: NDArray[np.int64], documents: int) -> None:
        # not a method of this object, which would then hold itself, and so would its generation's
        # open files be held until the garbage collector comes by, if ever
        self.select = lru_cache(maxsize=_KEPT)(partial(_select, catalog, document_of, documents))


def _select(
    catalog: Catalog, document_of: NDArray[np.int64], documents: int, chosen: Filter
) -> Selection:
    """Return what passes a filter."""
    passing = _passing(catalog, documents, chosen)
    return Selection(np.flatnonzero(passing), passing[document_of])


def _passing(catalog: Catalog, documents: int, chosen: Filter) -> NDArray[np.bool_]:
    """Return which documents pass, bool of shape (documents,)."""
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
