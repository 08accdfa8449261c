"""Caches that are weighed in bytes and share one bound, whatever they hold and however many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from sys import getsizeof
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

from index.types import Passage, Source

CACHE_BYTES = 64 << 20  # of all caches of a process
_ENTRY = 600  # bytes that the tables of a cache take for an entry
_PASSAGE = 1000  # bytes of a passage and its source without texts
_SENTENCE = 120  # bytes of a span
_SHORT = 6  # times its length are the bytes of a list of short texts, as of tags

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class CacheState:
    """The hits and misses of a cache, and its bytes."""

    hits: int
    misses: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Cached:
    """A value and about how many bytes it takes in the cache."""

    value: object
    size: int


class CacheSpace(LRUCache[tuple[int, Hashable], _Cached]):
    """Up to `most` bytes for the entries of several caches; what was used last stays.

    Hold `lock` to use it; `used` are the bytes of each cache by its number.
    """

    def __init__(self, most: int) -> None:
        super().__init__(most, getsizeof=lambda one: one.size)
        self.lock = Lock()
        self.used: Counter[int] = Counter()

    def popitem(self) -> tuple[tuple[int, Hashable], _Cached]:
        """Remove what was not used for longest."""
        key, one = super().popitem()
        self.used[key[0]] -= one.size
        return key, one


SHARED_CACHE = CacheSpace(CACHE_BYTES)
_numbers = count()


class ByteCache(Generic[K, V]):
    """The values that were used last, by key; threads may share it.

    `size_of` returns about how many bytes a key and its value take. Entries of a cache that is gone
    stay in `space` until others need it.
    """

    def __init__(self, size_of: Callable[[K, V], int], space: CacheSpace | None = None) -> None:
        self._size_of = size_of
        self._space = SHARED_CACHE if space is None else space
        self._number = next(_numbers)
        self._hits = self._misses = 0

    def find(self, keys: Sequence[K]) -> dict[K, V]:
        """Return the values of those keys that are in the cache; the others count as misses."""
        with self._space.lock:
            cached = {key: self._space.get((self._number, key)) for key in keys}
            found = {key: one.value for key, one in cached.items() if one is not None}
            misses = len(cached) - len(found)
            self._hits += len(keys) - misses
            self._misses += misses
        return found  # type: ignore[return-value]  # as they were added

    def add(self, values: Mapping[K, V]) -> None:
        """Keep values, unless one alone is larger than the whole space."""
        sized = [
            (key, _Cached(value, _ENTRY + self._size_of(key, value)))
            for key, value in values.items()
        ]
        space = self._space
        with space.lock:
            for key, one in sized:
                if one.size > space.maxsize:
                    continue
                if old := space.pop((self._number, key), None):
                    space.used[self._number] -= old.size
                space[self._number, key] = one
                space.used[self._number] += one.size

    def state(self) -> CacheState:
        """Return the counts of the cache."""
        with self._space.lock:
            return CacheState(self._hits, self._misses, self._space.used[self._number])


def passage_size(passage: Passage, source: Source) -> int:
    """Return about how many bytes a passage takes with its source."""
    short = repr((source, passage.headings, passage.sections))
    sentences = _SENTENCE * len(passage.sentences)
    return _PASSAGE + getsizeof(passage.text) + sentences + _SHORT * len(short)
