"""Lists of similar vectors, of which a search reads only the nearest: the IVF index of FAISS."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from index.vectors.faiss_index import EXACT, VectorIndex, Vectors, read_vectors, write_vectors

_PER_LIST = 48  # training vectors for each list; FAISS asks for at least 39
_ROUNDS = 10  # iterations of k-means; the 25 of FAISS do not raise the recall
_WINDOW = 16_384  # vectors added at once
_TOP = 50  # recall is measured on so many of the nearest passages


class Lists(BaseModel):
    """How vectors are divided: searching `probes` lists finds `recall` of the exact top 50."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lists: int
    probes: int
    recall: float
    target: float


def write_lists(
    vectors: Path, path: Path, ask: Callable[[], Vectors], target: float, earlier: Path | None
) -> Lists | None:
    """Divide the vectors in a file into lists, and find how many lists reach the recall `target`.

    `ask` gives the questions by which recall is measured: unit vectors, float32 of shape
    (questions, dimension). The centres of the lists in the file `earlier` are used again if their
    number fits. Return None and write nothing if comparing all vectors is as fast.
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
    """Return lists without vectors, with the centres of earlier lists or newly trained ones."""
    count = round(4 * stored.ntotal**0.5)  # as the guidelines of FAISS say
    if earlier is not None:
        known = faiss.read_index(str(earlier))  # not mapped, because it is emptied and filled again
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
