"""Lists of like vectors, of which a search reads the nearest alone: FAISS's IVF index."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from index.vectors.faiss_index import EXACT, VectorIndex, Vectors, read_vectors, write_vectors

_PER_LIST = 48  # vectors that each list's centre is learnt from; FAISS asks for 39 at least
_ROUNDS = 10  # of k-means; FAISS's 25 make no list better that is searched with its neighbours
_WINDOW = 16_384  # vectors added at once
_TOP = 50  # of the nearest passages, recall is measured


class Lists(BaseModel):
    """How vectors were listed: `recall`, of the exact top 50, is what `probes` lists reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lists: int
    probes: int
    recall: float
    target: float


def write_lists(
    vectors: Path, path: Path, ask: Callable[[], Vectors], target: float, earlier: Path | None
) -> Lists | None:
    """List the vectors in the file `vectors` and find how many lists reach the recall `target`.

    `ask` gives the questions that recall is measured with: unit vectors, float32 of shape
    (questions, dimension). The centres of the lists in the file `earlier` are taken over where they
    fit. Return None, with nothing written, where all vectors are compared as fast.
    """
    stored = read_vectors(vectors)
    if stored.ntotal <= EXACT:
        return None
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    lists = _empty_lists(stored, earlier)
    for first in range(0, stored.ntotal, _WINDOW):
        lists.add(stored.reconstruct_n(first, min(_WINDOW, stored.ntotal - first)))
    write_vectors(lists, path)
    questions = ask()
    exact = _nearest(VectorIndex(vectors), questions)
    probes, recall = 1, 0.0
    while True:
        recall = _recall(exact, _nearest(VectorIndex(vectors, path, probes), questions))
        if recall >= target or probes == lists.nlist:
            return Lists(lists=lists.nlist, probes=probes, recall=round(recall, 4), target=target)
        probes = min(probes + 1 + probes // 3, lists.nlist)


def _empty_lists(stored: faiss.Index, earlier: Path | None) -> faiss.IndexIVF:
    """Take over the centres of earlier lists, or learn new ones."""
    count = round(4 * stored.ntotal**0.5)  # FAISS's guideline
    if earlier is not None:
        known = faiss.read_index(str(earlier))  # not mapped: it is emptied and filled again
        assert isinstance(known, faiss.IndexIVF)
        if count / 2 <= known.nlist <= count * 2:
            known.reset()
            return known
    lists = faiss.index_factory(stored.d, f"IVF{count},SQ8", faiss.METRIC_INNER_PRODUCT)
    assert isinstance(lists, faiss.IndexIVF)
    lists.cp.niter = _ROUNDS
    size = min(stored.ntotal, _PER_LIST * count)
    sample = np.random.default_rng(0).choice(stored.ntotal, size, replace=False)
    lists.train(stored.reconstruct_batch(np.sort(sample)))
    return lists


def _nearest(vectors: VectorIndex, questions: Vectors) -> list[NDArray[np.int64]]:
    return [vectors.search(question, _TOP) for question in questions]


def _recall(exact: list[NDArray[np.int64]], found: list[NDArray[np.int64]]) -> float:
    shared = [np.isin(one, other).mean() for one, other in zip(exact, found, strict=True)]
    return float(np.mean(shared))
