"""Opens the indexer of a collection, which brings its index up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index import IndexFolder
from service.indexing.announcing import Announced
from service.indexing.indexer import PROGRAM, Indexer, index_apart
from service.schemas.runs import ReportReply
from service.settings.settings import Settings

OpenIndexer = Callable[[Settings, str], Indexer]


def open_indexer(settings: Settings, name: str, program: Sequence[str] = PROGRAM) -> Indexer:
    """Return the Indexer of a collection, which updates its index in new processes.

    Each of them runs `program`, the command `pincite`. Only where there has been no index so far
    may they make one, since the disk of one that is gone later may come back.
    """
    stored = IndexFolder(settings.collection(name).index)
    is_new = not stored.ids()

    def run() -> ReportReply:
        nonlocal is_new
        is_new = is_new and not stored.ids()
        return index_apart(settings, name, program, is_new=is_new)

    return Indexer(Announced(name, run))
