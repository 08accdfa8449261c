"""The terms of every passage in order, so that candidates can be compared with a question.

Terms are kept as 32-bit hashes in one flat file, passage by passage: first the title and
headings, then each sentence. Two terms share a hash once in four thousand million.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TERMS, SEGMENTS = "terms.u32", "segments.npy"


@lru_cache(maxsize=1 << 18)
def term_hash(term: str) -> int:
    """Return the 32-bit hash that stands for a term; it is odd where the term holds a digit."""
    digest = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "little")
    return digest & ~1 | any(char.isdigit() for char in term)


class TermWriter:
    """Writes the terms of passages, one after another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / TERMS).open("wb")
        self._ends = [0]

    def add(self, segments: Sequence[Sequence[str]]) -> None:
        """Add a passage: the terms of its title and headings, then those of each sentence."""
        for terms in segments:
            hashes = np.array([term_hash(term) for term in terms], dtype="<u4")
            self._file.write(hashes.tobytes())
            self._ends.append(self._ends[-1] + len(terms))

    def close(self) -> int:
        """Finish both files and return the number of terms in all."""
        self._file.close()
        np.save(self._folder / SEGMENTS, np.array(self._ends, dtype="<i8"))
        return self._ends[-1]


@dataclass(frozen=True, slots=True)
class CandidateTerms:
    """The terms of some passages, as parallel arrays of length n.

    `hashes` uint32; `passage` int64, the place among the candidates; `segment` int64, counted
    through all candidates. Of length candidates: `first_segment`, where each one's title stands.
    """

    hashes: NDArray[np.uint32]
    passage: NDArray[np.int64]
    segment: NDArray[np.int64]
    first_segment: NDArray[np.int64]
    segments: int


class PassageTerms:
    """The terms of one generation, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self._segments = np.load(folder / SEGMENTS, mmap_mode="r")
        size = int(self._segments[-1])
        self._terms: NDArray[np.uint32] = (
            np.memmap(folder / TERMS, dtype="<u4", mode="r", shape=(size,))
            if size
            else np.zeros(0, dtype="<u4")
        )

    def of(self, firsts: NDArray[np.int64], counts: NDArray[np.int64]) -> CandidateTerms:
        """Return the terms of passages whose segments begin at `firsts` and number `counts`."""
        starts = self._segments[firsts]
        ends = self._segments[firsts + counts]
        hashes = [self._terms[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        rows = ranges(firsts, counts)
        lengths = self._segments[rows + 1] - self._segments[rows]
        return CandidateTerms(
            hashes=np.concatenate(hashes),
            passage=np.repeat(np.arange(len(firsts)), ends - starts),
            segment=np.repeat(np.arange(len(rows)), lengths),
            first_segment=np.cumsum(counts) - counts,
            segments=len(rows),
        )


def ranges(firsts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return first, first + 1, ... for each first, `count` of them, joined."""
    shift = firsts - (np.cumsum(counts) - counts)
    rows: NDArray[np.int64] = np.arange(int(counts.sum())) + np.repeat(shift, counts)
    return rows
