"""Many threads read a catalog by few connections, for as long as it is open."""

from __future__ import annotations

import gc
import resource
import shutil
import threading
from pathlib import Path

import psutil
import pytest

from index import StoredIndexError
from index.catalog.connections import Connections
from index.catalog.reader import Catalog
from index.generation.folder import CATALOG, open_generation
from tests.fakes import THREE


@pytest.fixture
def path(index: Path) -> Path:
    return open_generation(index).folder / CATALOG


def handles() -> int:
    return psutil.Process().num_fds()


def ask_by(threads: int, path: Path) -> tuple[list[int], int]:
    """Return the count of documents by each thread, and the number of open handles."""
    catalog, together = Catalog(path), threading.Barrier(threads)
    counts: list[int] = []

    def ask() -> None:
        together.wait()
        counts.append(catalog.count()[0])

    started = [threading.Thread(target=ask) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return counts, handles()


def test_ninety_threads_take_no_more_than_four_handles(path: Path) -> None:
    gc.collect()
    before = handles()
    counts, opened = ask_by(90, path)
    assert counts == [len(THREE)] * 90
    assert 0 < opened - before <= 4
    assert handles() == before, "they are given back"


def test_a_catalog_that_was_deleted_is_read_until_it_is_closed(path: Path) -> None:
    catalog = Catalog(path)
    shutil.rmtree(path.parent)
    found: list[int] = []
    with catalog._connections.lend():  # so that a second one is wanted, which cannot be opened
        other = threading.Thread(target=lambda: found.append(catalog.count()[0]))
        other.start()
    other.join()
    assert found == [len(THREE)]


def test_without_file_handles_the_open_connection_is_shared(path: Path) -> None:
    catalog = Catalog(path)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (handles(), most))
    try:
        assert catalog.paths()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_catalog_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoredIndexError, match="none cannot be read: unable to open"):
        Connections(tmp_path / "none")
