"""Passage vectors in FAISS: a search compares all of them, or only those in the nearest lists."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.vectors.float16 import to_float32

Vectors = NDArray[np.float32]

# Comparing a question with this many vectors takes about a millisecond;
# `python -m tests.benchmarks.vectors` shows from where on other kinds of index are faster.
EXACT = 50_000

_SPARE = 2  # The lists have 8-bit codes, so twice as many are taken and then compared exactly.


class VectorWriter:
    """Writes unit vectors with 16 bits a number, a batch at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index: faiss.IndexScalarQuantizer | None = None

    def add(self, vectors: Vectors) -> None:
        """Add float32 of shape (passages, dimension)."""
        if self._index is None:
            self._index = faiss.IndexScalarQuantizer(
                vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        self._index.add(vectors)

    def close(self) -> None:
        """Write the file; at least one vector must have been added."""
        assert self._index is not None
        write_vectors(self._index, self._path)


class VectorIndex:
    """The passage vectors of one generation, open for reading by any number of threads.

    `lists` is the file that index.vectors.inverted_lists wrote for these vectors, and `probes` how
    many of the nearest lists are searched. Without `lists`, all vectors are compared.

    Raises:
        IndexDamaged: a file is not a FAISS index.
    """

    def __init__(self, path: Path, lists: Path | None = None, probes: int = 1) -> None:
        self._all = read_vectors(path)
        if not isinstance(self._all, faiss.IndexScalarQuantizer):
            raise IndexDamaged(f"{path} is not a FAISS index of 16-bit vectors")
        # a view of the mapped file: FAISS takes eight times as long to read a hundred
        codes = faiss.rev_swig_ptr(self._all.codes.data(), self._all.codes.size())
        self._float16 = codes.view(np.float16).reshape(self._all.ntotal, self._all.d)
        self._lists = _read_lists(lists) if lists else None
        self._probes = probes

    def search(
        self, vector: Vectors, limit: int, among: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """Return the ordinals of the `limit` passages nearest to a unit vector, nearest first.

        `among` is bool of shape (passages,): only these are searched. Candidates from lists
        are compared again with the stored vectors.
        """
        # for one question, starting and joining threads takes longer than they save
        faiss.omp_set_num_threads(1)
        vector = vector.reshape(1, -1)
        total = self._all.ntotal
        passing = total if among is None else int(np.count_nonzero(among))
        limit = min(limit, total)
        if self._lists is None or passing <= EXACT:
            return _found(self._all, vector, limit, faiss.SearchParameters(), among)
        # the fewer passages pass the filter, the more lists must be searched
        probes = min(self._lists.nlist, -(-self._probes * total // passing))
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = probes
        found = _found(self._lists, vector, min(_SPARE * limit, total), parameters, among)
        nearest = np.argsort(-(self.rows(found) @ vector[0]), kind="stable")[:limit]
        return found[nearest]

    def rows(self, ordinals: NDArray[np.int64]) -> Vectors:
        """Return the vectors of `ordinals`, float32 of shape (len(ordinals), dimension)."""
        return to_float32(self._float16[ordinals])


def write_vectors(index: faiss.Index, path: Path) -> None:
    """Write a FAISS index through Python, since FAISS ignores a disk that is full at the end."""
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def read_vectors(path: Path) -> faiss.Index:
    """Open a FAISS index with its vectors mapped into memory.

    Raises:
        IndexDamaged: the file is not a FAISS index.
    """
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise IndexDamaged(f"{path} is not a FAISS index that can be read") from error


def _read_lists(path: Path) -> faiss.IndexIVF:
    lists = read_vectors(path)
    if not isinstance(lists, faiss.IndexIVF):
        raise IndexDamaged(f"{path} is not a FAISS index of lists")
    return lists


def _found(
    index: faiss.Index,
    vector: Vectors,
    limit: int,
    parameters: faiss.SearchParameters,
    among: NDArray[np.bool_] | None,
) -> NDArray[np.int64]:
    if among is not None:
        bits = np.packbits(among, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(among), faiss.swig_ptr(bits))
        parameters.sel = selector
    _, found = index.search(vector, limit, params=parameters)
    ordinals: NDArray[np.int64] = found[0]
    return ordinals[ordinals >= 0]
