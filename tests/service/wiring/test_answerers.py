"""One answerer for each collection."""

from __future__ import annotations

import shutil
from pathlib import Path

from index import SHARED_CACHE, Query
from service.settings.settings import load_settings
from service.wiring.answerers import open_answerers
from tests.fakes import recipe_of


def test_the_answers_of_all_collections_share_one_space(index: Path, tmp_path: Path) -> None:
    copies = {f"c{number}": shutil.copytree(index, tmp_path / f"c{number}") for number in range(3)}
    collections = {name: {"documents": name, "index": copy} for name, copy in copies.items()}
    settings = load_settings(index=index, collections=collections)
    answerers = open_answerers(settings, recipe_of=recipe_of)
    assert len(answerers) == 4
    for answerer, _ in answerers.values():
        answerer.answer(Query("lava"))
    kept = [answerer.cache().bytes for answerer, _ in answerers.values()]
    assert min(kept) > 0
    assert sum(kept) <= SHARED_CACHE.currsize <= SHARED_CACHE.maxsize
