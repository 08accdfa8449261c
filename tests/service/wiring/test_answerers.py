"""One answerer for each collection."""

from __future__ import annotations

import shutil
from pathlib import Path

from service.answers.answerer import CACHE_BYTES
from service.settings.settings import load_settings
from service.wiring.answerers import open_answerers
from tests.fakes import recipe_of


def test_all_collections_share_the_bytes_of_the_cache_of_answers(
    index: Path, tmp_path: Path
) -> None:
    collections = {}
    for number in range(3):
        copy = shutil.copytree(index, tmp_path / f"copy{number}")
        collections[f"c{number}"] = {"documents": f"d{number}", "index": copy}
    settings = load_settings(index=index, collections=collections)
    answerers = open_answerers(settings, recipe_of=recipe_of)
    limits = [answerer.cache().most for answerer, _ in answerers.values()]
    assert len(limits) == 4
    assert sum(limits) <= CACHE_BYTES < sum(limits) + 4
