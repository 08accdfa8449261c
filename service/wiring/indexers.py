"""Opens the indexer of a collection, which brings its index up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from index import IndexFolder
from service.indexing.announcing import Announced
from service.indexing.indexer import PROGRAM, Indexer, index_apart
from service.settings.settings import Settings

OpenIndexer = Callable[[Settings, str], Indexer]


def open_indexer(settings: Settings, name: str, program: Sequence[str] = PROGRAM) -> Indexer:
    """Return the Indexer of a collection, which updates its index in new processes.

    Each of them runs `program`, the command `pincite`. Only where there is no index now may they
    make one, since the disk of one that is gone later may come back.
    """
    is_new = not IndexFolder(settings.collection(name).index).ids()
    return Indexer(Announced(name, partial(index_apart, settings, name, program, is_new=is_new)))
