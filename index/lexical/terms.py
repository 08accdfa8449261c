"""The terms of every passage in order, so that candidates can be compared with a question.

Terms are stored as 32-bit hashes in one flat file, passage by passage. A passage of n sentences has
2 n + 1 segments: its title, then for each sentence the headings of the section that begins with
it, if one does, then the sentences. Two different terms share a hash once in four billion pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.files.arrays import save_array

TERMS, SEGMENTS = "terms.u32", "segments.npy"

_LONGEST = 64  # characters; a longer term is rare, and would make the cache large

Hashes = NDArray[np.uint32]


def term_hash(term: str) -> int:
    """Return the 32-bit hash of a term; it is odd if the term holds a digit."""
    return _hash(term) if len(term) > _LONGEST else _known_hash(term)


def _hash(term: str) -> int:
    digest = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "little")
    return digest & ~1 | any(char.isdigit() for char in term)


_known_hash = lru_cache(maxsize=1 << 16)(_hash)  # 10 MB when full, and never more than 25


def hash_terms(terms: Sequence[str]) -> Hashes:
    """Return the hash of each term, uint32 of shape (len(terms),)."""
    return np.array([term_hash(term) for term in terms], dtype="<u4")


class TermWriter:
    """Writes the terms of passages to files, one passage after another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / TERMS).open("wb")
        self._ends = [0]

    def add(self, segments: Sequence[Hashes]) -> None:
        """Add the segments of a passage, in the order that the module describes."""
        for hashes in segments:
            self._file.write(hashes.tobytes())
            self._ends.append(self._ends[-1] + len(hashes))

    @property
    def total(self) -> int:
        """The number of terms in all."""
        return self._ends[-1]

    def close(self) -> None:
        """Close the file of terms and write the file of segments."""
        self._file.close()
        save_array(self._folder / SEGMENTS, np.array(self._ends, dtype="<i8"))


@dataclass(frozen=True, slots=True)
class CandidateTerms:
    """The terms of some passages in order.

    `hashes` is uint32 of shape (terms,). Passage i has the segments `first_segment[i]` to
    `first_segment[i + 1]`: its title, headings and sentences. Segment j has the terms
    `first_term[j]` to `first_term[j + 1]`. Both are int64 and have one element more than passages
    and segments.
    """

    hashes: NDArray[np.uint32]
    first_segment: NDArray[np.int64]
    first_term: NDArray[np.int64]

    @property
    def sentences(self) -> NDArray[np.int64]:
        """The number of sentences of each passage, int64 of shape (passages,)."""
        return np.diff(self.first_segment) // 2

    def sentence_terms(self, passage: int) -> NDArray[np.uint32]:
        """Return the terms of the sentences of a passage, without its title and headings."""
        first, last = self.first_segment[passage : passage + 2]
        return self.hashes[self.first_term[(first + 1 + last) // 2] : self.first_term[last]]


class PassageTerms:
    """The terms of one generation, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        # plain arrays over the mapped files: slicing an np.memmap object is slower
        self._segments = np.asarray(np.load(folder / SEGMENTS, mmap_mode="r"))
        size = int(self._segments[-1])
        self._terms: NDArray[np.uint32] = np.asarray(
            np.memmap(folder / TERMS, dtype="<u4", mode="r", shape=(size,))
            if size
            else np.zeros(0, dtype="<u4")
        )

    def segments(self, ordinal: int, sentence: int, sentences: int) -> list[Hashes]:
        """Return the terms of each segment of a passage.

        `sentence` is the index of its first sentence among all, `sentences` their number.
        """
        first, count = ordinal + 2 * sentence, 2 * sentences + 1
        edges = self._segments[first : first + count + 1].tolist()
        return [self._terms[a:b] for a, b in pairwise(edges)]

    def of(
        self,
        ordinals: NDArray[np.int64],
        first_sentences: NDArray[np.int64],
        sentences: NDArray[np.int64],
    ) -> CandidateTerms:
        """Return the terms of passages, given the first sentence and the sentences of each."""
        firsts, counts = ordinals + 2 * first_sentences, 2 * sentences + 1
        starts, ends = self._segments[firsts], self._segments[firsts + counts]
        rows = ranges(firsts, counts)
        return CandidateTerms(
            hashes=self._terms[ranges(starts, ends - starts)],
            first_segment=offsets(counts),
            first_term=offsets(self._segments[rows + 1] - self._segments[rows]),
        )


def offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the start of each of several consecutive runs, and the end of the last."""
    return np.concatenate([[0], np.cumsum(counts)])


def ranges(firsts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return first, first + 1, ..., `count` numbers for each first, joined."""
    shift = firsts - (np.cumsum(counts) - counts)
    rows: NDArray[np.int64] = np.arange(int(counts.sum())) + np.repeat(shift, counts)
    return rows
