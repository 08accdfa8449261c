from __future__ import annotations

import shutil
from pathlib import Path

from index import SHARED_CACHE, Query
from service.settings.settings import load_settings
from service.wiring.collections import open_collections
from tests.fakes import recipe_of


def test_the_answers_of_all_collections_share_one_space(index: Path, tmp_path: Path) -> None:
    copies = {f"c{number}": shutil.copytree(index, tmp_path / f"c{number}") for number in range(3)}
    collections = {name: {"documents": name, "index": copy} for name, copy in copies.items()}
    settings = load_settings(index=index, collections=collections)
    opened = open_collections(settings, recipe_of=recipe_of)
    assert len(opened) == 4
    for one in opened.values():
        one.answerer.answer(Query("lava"))
    kept = [one.answerer.cache().bytes for one in opened.values()]
    assert min(kept) > 0
    assert sum(kept) <= SHARED_CACHE.currsize <= SHARED_CACHE.maxsize
