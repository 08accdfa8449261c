"""Passage vectors in an exact FAISS inner-product index."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged


class VectorWriter:
    """Writes an exact index over unit vectors, a batch at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index: faiss.IndexFlatIP | None = None

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Add float32 of shape (passages, dimension)."""
        if self._index is None:
            self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def close(self) -> None:
        """Write the file; at least one vector was added."""
        assert self._index is not None
        faiss.write_index(self._index, str(self._path))


class VectorIndex:
    """The passage vectors of one generation, open for reading by any number of threads.

    Raises:
        IndexDamaged: the file is not a FAISS index.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        except RuntimeError as error:
            raise IndexDamaged(f"{path} is not a FAISS index that can be read") from error

    def search(
        self, vector: NDArray[np.float32], limit: int, among: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Return the ordinals of the `limit` passages nearest to a unit vector, nearest first.

        `among` is bool of shape (passages,): only those it marks are searched.
        """
        parameters = None
        if among is not None:
            bits = np.packbits(among, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(among), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        limit = min(limit, self._index.ntotal)
        _, found = self._index.search(vector.reshape(1, -1), limit, params=parameters)
        ordinals: NDArray[np.int64] = found[0]
        return ordinals[ordinals >= 0]

    def rows(self, ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of `ordinals`, float32 of shape (len(ordinals), dimension)."""
        rows: NDArray[np.float32] = self._index.reconstruct_batch(ordinals)
        return rows
