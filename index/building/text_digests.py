"""Keys of texts, which are digests, and tables that find rows by key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.void]
Rows = NDArray[np.int64]

# The two halves of a 16-byte BLAKE2b digest; tables are sorted by the first half.
KEY_TYPE = np.dtype([("first", "<u8"), ("second", "<u8")])


def text_keys(texts: Sequence[str]) -> Keys:
    """Return the key of each text, dtype KEY_TYPE; different texts have different keys."""
    digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=KEY_TYPE)


@dataclass(frozen=True, slots=True)
class _Part:
    """Keys sorted by their first halves; equal keys are sorted by row."""

    first: NDArray[np.uint64]
    second: NDArray[np.uint64]
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)


class KeyTable:
    """Finds rows by key, with 24 bytes a key, in sorted arrays that are merged as it grows."""

    def __init__(self, keys: Keys | None = None) -> None:
        self._length = 0
        self._parts: list[_Part] = []  # the longest and oldest first
        if keys is not None:
            self.add(keys)

    def __len__(self) -> int:
        return self._length

    def add(self, keys: Keys) -> None:
        """Add keys; their rows follow the rows that the table has."""
        if not len(keys):
            return
        rows = np.arange(self._length, self._length + len(keys), dtype=np.int64)
        self._length += len(keys)
        merged = [_Part(keys["first"], keys["second"], rows)]
        # Each part stays more than twice as long as the next, so there are few parts, and keys are
        # merged only a few times.
        while self._parts and len(self._parts[-1]) <= 2 * sum(map(len, merged)):
            merged.insert(0, self._parts.pop())
        first, second, rows = (
            np.concatenate([getattr(part, name) for part in merged])
            for name in ("first", "second", "rows")
        )
        order = np.argsort(first, kind="stable")
        self._parts.append(_Part(first[order], second[order], rows[order]))

    def find(self, keys: Keys) -> Rows:
        """Return the lowest row of each key, -1 for keys that are not in the table."""
        found = np.full(len(keys), -1, dtype=np.int64)
        for part in self._parts:
            missing = np.flatnonzero(found < 0)
            found[missing] = _find(part, keys[missing])
        return found


def _find(part: _Part, keys: Keys) -> Rows:
    first, second = keys["first"], keys["second"]
    places = np.searchsorted(part.first, first)
    while True:
        inside = np.minimum(places, len(part) - 1)
        candidates = (places < len(part)) & (part.first[inside] == first)
        others = candidates & (part.second[inside] != second)
        if not others.any():
            return np.where(candidates, part.rows[inside], -1)
        places[others] += 1
