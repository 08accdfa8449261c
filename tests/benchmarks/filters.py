"""Measures BM25 within a selection of documents, by the share of documents that pass.

    python -m tests.benchmarks.filters [PASSAGES]

Each passage has 60 words, distributed by Zipf's law, and each document five passages. `sorted out`
drops hits that do not pass until enough are left, `within` uses the postings of the documents, and
`search` is the way that Pincite uses. Each time is the shortest of five, for the best 100.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog.selection import Selection
from index.lexical.bm25 import LexicalIndex, write_postings
from index.lexical.terms import Hashes, hash_terms
from tests.benchmarks.report import Row, print_table

_LIMIT, _A_DOCUMENT, _WORDS, _VOCABULARY, _STOPPED = 100, 5, 60, 50_000, 50
_QUESTIONS = {"common": (60, 200, 900, 5000), "rare": (3000, 8000, 20000)}
_SHARES = (0.0, 0.00025, 0.0025, 0.01, 0.02, 0.05, 0.1, 0.5, 0.9)


def main(passages: int) -> None:
    """Print milliseconds for each question and share."""
    random = np.random.default_rng(0)
    document_of = np.arange(passages) // _A_DOCUMENT
    documents = int(document_of[-1]) + 1
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        write_postings(Path(place) / "postings", _passages(document_of, random))
        lexical = LexicalIndex(Path(place) / "postings")
        for words, numbers in _QUESTIONS.items():
            terms = [f"w{number}" for number in numbers]
            for share in _SHARES:
                passing = np.zeros(documents, dtype=bool)
                passing[random.choice(documents, max(1, int(share * documents)), False)] = True
                among = Selection(np.flatnonzero(passing), passing[document_of])
                rows.append(_measure(words, lexical, terms, among))
    print_table(f"BM25 over {passages:,} passages of {documents:,} documents", rows)


def _measure(words: str, lexical: LexicalIndex, terms: list[str], among: Selection) -> Row:
    query = lexical._any(terms)
    return {
        "words": words,
        "documents that pass": f"{len(among.documents):,}",
        "found": len(lexical.search(terms, _LIMIT, among)),
        "sorted out, ms": _least(lambda: _sorted_out(lexical, terms, among)),
        "within, ms": _least(lambda: lexical._take(lexical._within(query, among), _LIMIT)),
        "search, ms": _least(lambda: lexical.search(terms, _LIMIT, among)),
    }


def _sorted_out(lexical: LexicalIndex, terms: list[str], among: Selection) -> None:
    take = _LIMIT
    while True:
        take *= 4
        found = lexical.search(terms, take)
        if len(found) < take or np.count_nonzero(among.passages[found]) >= _LIMIT:
            return


def _least(run: Callable[[], object]) -> float:
    """Return the least milliseconds of five runs."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


def _passages(
    document_of: NDArray[np.int64], random: np.random.Generator
) -> Iterator[tuple[int, Hashes]]:
    weights = 1 / np.arange(1, _VOCABULARY + 1)
    edges = np.cumsum(weights / weights.sum())
    for document in document_of.tolist():
        numbers = np.searchsorted(edges, random.random(_WORDS)).tolist()
        yield document, hash_terms([f"w{number}" for number in numbers if number > _STOPPED])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
