"""Caches that share one bound in bytes."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections.abc import Callable

import orjson

from index import (
    SHARED_CACHE,
    ByteCache,
    CacheSpace,
    CacheState,
    Passage,
    Source,
    passage_size,
)
from index.catalog.rows import METADATA
from index.types import Metadata, Span


def cache(space: CacheSpace, size: int = 400) -> ByteCache[str, object]:
    """Return a cache of values that count `size` bytes, and 600 more for their entries."""
    return ByteCache(lambda _, __: size, space)


def test_a_value_is_found_until_others_need_its_place() -> None:
    kept = cache(CacheSpace(2000))
    kept.add({"a": 1, "b": 2})
    assert kept.find(["a"]) == {"a": 1}
    kept.add({"c": 3})  # b was not used for longest
    assert kept.find(["a", "b", "c"]) == {"a": 1, "c": 3}
    assert kept.state() == CacheState(hits=3, misses=1, bytes=2000)


def test_caches_share_one_bound_and_not_their_keys() -> None:
    space = CacheSpace(3000)
    one, other = cache(space), cache(space)
    one.add({"a": 1, "b": 2})
    other.add({"a": 3})
    assert (one.find(["a"]), other.find(["a"])) == ({"a": 1}, {"a": 3})
    other.add({"c": 4})
    assert (one.find(["a", "b"]), other.find(["a", "c"])) == ({"a": 1}, {"a": 3, "c": 4})
    assert (one.state().bytes, other.state().bytes, space.currsize) == (1000, 2000, 3000)


def test_a_value_that_is_replaced_counts_once() -> None:
    kept = cache(CacheSpace(5000))
    for number in range(5):
        kept.add({"a": number})
    assert (kept.find(["a"]), kept.state().bytes) == ({"a": 4}, 1000)


def test_a_value_larger_than_the_whole_space_is_not_kept() -> None:
    space = CacheSpace(2000)
    small, large = cache(space), cache(space, size=2000)
    small.add({"a": 1})
    large.add({"b": 2})
    assert (small.find(["a"]), large.find(["b"])) == ({"a": 1}, {})


def test_every_cache_shares_the_same_bound_unless_it_is_given_another() -> None:
    kept: ByteCache[str, int] = ByteCache(lambda _, __: 10)
    before = SHARED_CACHE.currsize
    kept.add({"a": 1})
    assert kept.state().bytes == SHARED_CACHE.currsize - before


def plain(number: int) -> tuple[Passage, Source]:
    spans = tuple(Span(start, start + 100) for start in range(0, 1000, 100))
    text = f"{number:04}" * 250
    known = Metadata(f"Title {number}", tags=("a", "b"), date=dt.date(2024, 1, 2))
    return Passage(f"{number}", 0, 1000, text, (1, 9), ("One",), sentences=spans), source(known)


def with_lists(number: int) -> tuple[Passage, Source]:
    extra = tuple((f"key {one}", (f"value {one} of {number}",)) for one in range(300))
    return Passage(f"{number}", 0, 4, f"{number:04}", (1, 1)), source(Metadata("A", extra=extra))


def with_long_metadata(number: int) -> tuple[Passage, Source]:
    extra = (("about", (f"{number:04}" * 25_000,)),)
    return Passage(f"{number}", 0, 4, f"{number:04}", (1, 1)), source(Metadata("A", extra=extra))


def source(known: Metadata) -> Source:
    """Return a source whose texts are its own, as those that are read from a catalog."""
    return Source("id", "path", METADATA.validate_json(orjson.dumps(known)))


def test_a_passage_counts_at_least_what_it_takes_with_the_metadata_of_its_source() -> None:
    for make in (plain, with_lists, with_long_metadata):
        taken, counted = taken_and_counted(make)
        assert taken <= counted <= 10 * taken, make.__name__


def taken_and_counted(make: Callable[[int], tuple[Passage, Source]]) -> tuple[float, float]:
    make(0)
    tracemalloc.start()
    try:
        made = [make(number) for number in range(50)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return taken / 50, sum(passage_size(*one) for one in made) / 50
