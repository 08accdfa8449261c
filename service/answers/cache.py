"""A cache that is limited by bytes, for answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class CacheState:
    """The hits and misses of a cache, its bytes, and the most bytes that it takes."""

    hits: int
    misses: int
    bytes: int
    most: int


@dataclass(frozen=True, slots=True)
class _Cached(Generic[V]):
    """A value and about how many bytes it takes in the cache."""

    value: V
    size: int


class ByteCache(Generic[K, V]):
    """The values that were used last, by key, up to `most` bytes; threads may share it.

    `size_of` returns about how many bytes a key and its value take.
    """

    def __init__(self, most: int, size_of: Callable[[K, V], int]) -> None:
        self._size_of = size_of
        self._lock = Lock()
        self._cache: LRUCache[K, _Cached[V]] = LRUCache(most, getsizeof=lambda one: one.size)
        self._hits = self._misses = 0

    def find(self, keys: Sequence[K]) -> dict[K, V]:
        """Return the values of those keys that are in the cache; the others count as misses."""
        with self._lock:
            cached = {key: self._cache.get(key) for key in keys}
            found = {key: one.value for key, one in cached.items() if one is not None}
            misses = len(cached) - len(found)
            self._hits += len(keys) - misses
            self._misses += misses
        return found

    def add(self, values: Mapping[K, V]) -> None:
        """Keep values, unless one alone is larger than the cache."""
        with self._lock:
            for key, value in values.items():
                size = self._size_of(key, value)
                if size <= self._cache.maxsize:
                    self._cache[key] = _Cached(value, size)

    def state(self) -> CacheState:
        """Return the counts of the cache."""
        with self._lock:
            return CacheState(
                self._hits, self._misses, int(self._cache.currsize), int(self._cache.maxsize)
            )
