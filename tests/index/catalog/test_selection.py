"""The selections of a generation, and the cache of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import CacheSpace, OneOf
from index.catalog.reader import Catalog
from index.catalog.selection import _FILTER_BYTES, Selector
from index.generation.folder import open_generation
from tests.fakes import THREE, build, write_files

LAVA, BEES = OneOf("path", ("volcano.md",)), OneOf("path", ("notes/orchard_log.txt",))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    build(write_files(tmp_path / "documents", THREE), tmp_path / "index")
    return open_generation(tmp_path / "index").catalog


def selector(catalog: Catalog, cache_bytes: int = 1 << 20) -> Selector:
    return Selector(catalog, np.array([0, 1, 2]), 3, CacheSpace(cache_bytes))


def test_the_last_selections_are_cached_by_their_filters(catalog: Catalog) -> None:
    chosen = selector(catalog)
    assert chosen.select(LAVA) is chosen.select(OneOf("path", ("volcano.md",)))
    assert chosen.select(LAVA).documents.tolist() != chosen.select(BEES).documents.tolist()


def test_the_cache_is_limited_by_bytes(catalog: Catalog) -> None:
    chosen = selector(catalog, _FILTER_BYTES + 1000)
    first = chosen.select(LAVA)
    assert chosen.select(LAVA) is first
    chosen.select(BEES)
    assert chosen.select(LAVA) is not first
    assert selector(catalog, 0).select(LAVA).documents.tolist() == first.documents.tolist()
