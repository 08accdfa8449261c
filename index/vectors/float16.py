"""Numbers that are kept in 16 bits, half of the usual 32."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Rows that are read before the pages around them are given back: the system maps up to 256 kB with
# each, and would soon count a file of gigabytes as memory of this process.
_HELD = 5_000


class HalfRows:
    """A file of rows of 16-bit numbers, mapped into memory, of which few are read at a time.

    Any number of threads may read it at once.
    """

    def __init__(self, path: Path, rows: int, columns: int) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._rows = np.frombuffer(self._map, dtype="<f2").reshape(rows, columns)
        self._read = 0
        self.shape = self._rows.shape

    def read(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return rows by number, float32 of shape (len(rows), columns)."""
        found = widen(self._rows[rows])
        self._read += len(rows)
        if self._read > _HELD:
            self._read = 0
            # what is read meanwhile is mapped again, from the system's cache
            self._map.madvise(mmap.MADV_DONTNEED)
        return found


def widen(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return finite numbers as float32: as astype does, which takes them one at a time."""
    # of 16 bits five are exponent, whose bias is 15; of 32 eight, whose bias is 127
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~(7 << 28)  # copies of the sign
    widened = bits.view(np.float32)
    widened *= 2.0**112
    return widened
