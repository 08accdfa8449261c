"""Rows of 16-bit floating point numbers in a file."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# After so many rows, the mapped pages are released: the system maps up to 256 kB around each row,
# and would soon count a file of gigabytes as memory of this process.
_RELEASE_AFTER = 5_000


class Float16Rows:
    """A file of rows of float16, mapped into memory; any number of threads may read it."""

    def __init__(self, path: Path, rows: int, columns: int) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._rows = np.frombuffer(self._map, dtype="<f2").reshape(rows, columns)
        self._read = 0
        self.shape = self._rows.shape

    def read(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return rows by number, float32 of shape (len(rows), columns)."""
        found = to_float32(self._rows[rows])
        self._read += len(rows)
        if self._read > _RELEASE_AFTER:
            self._read = 0
            # other threads that read meanwhile map their pages again, from the system's cache
            self._map.madvise(mmap.MADV_DONTNEED)
        return found


def to_float32(numbers: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return finite numbers as float32; like astype, but vectorised, which is faster."""
    # float16 has 5 bits of exponent with bias 15, float32 8 bits with bias 127
    bits = numbers.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~(7 << 28)  # clear the copies of the sign bit
    widened = bits.view(np.float32)
    widened *= 2.0**112
    return widened
