"""The resources of a service at rest: memory, handles, threads, children and index files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.faults.promises import check
from tests.server import Running


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of a service at rest."""

    rss_mb: float
    handles: int
    threads: int
    children: tuple[str, ...]
    index: tuple[str, ...]
    generations: int


def measure(service: Running, index: Path) -> Resources:
    """Return the resources of a service over an index."""
    names = []
    for child in psutil.Process(service.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has just ended
            names.append(child.name())
    return Resources(
        rss_mb=service.memory_mb(),
        handles=service.handles(),
        threads=service.threads(),
        children=tuple(sorted(names)),
        index=tuple(sorted(path.name for path in index.iterdir())),
        generations=len(list((index / "generations").iterdir())),
    )


def check_same(before: Resources, after: Resources) -> None:
    """Check that a service holds no more than before, apart from what caches take.

    Raises:
        BrokenPromise: it does.
    """
    check(after.rss_mb < before.rss_mb * 1.25, f"memory: {before.rss_mb} to {after.rss_mb} MB")
    check(after.handles <= before.handles + 16, f"handles: {before.handles} to {after.handles}")
    check(after.threads <= before.threads + 8, f"threads: {before.threads} to {after.threads}")
    check(after.children == before.children, f"children: {before.children} to {after.children}")
    check(after.index == before.index, f"index: {before.index} to {after.index}")
    # one more is kept while the service reads it
    check(after.generations <= before.generations + 1, f"{after.generations} generations are left")
