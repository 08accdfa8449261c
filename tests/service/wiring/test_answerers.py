"""One answerer for each collection."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.answers.answerer import CACHE_BYTES, Answerer
from service.settings.settings import load_settings
from service.wiring import answerers
from tests.fakes import recipe


def test_all_collections_share_the_bytes_of_the_cache_of_answers(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []

    def make(*arguments: object, cache_bytes: int, **options: object) -> Answerer:
        given.append(cache_bytes)
        return Answerer(*arguments, cache_bytes=cache_bytes, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(answerers, "Answerer", make)
    collections = {}
    for number in range(3):
        copy = shutil.copytree(index, tmp_path / f"copy{number}")
        collections[f"c{number}"] = {"documents": f"d{number}", "index": copy}
    settings = load_settings(index=index, collections=collections)
    answerers.open_answerers(settings, recipe_of=lambda _: recipe())
    assert len(given) == 4
    assert sum(given) <= CACHE_BYTES < sum(given) + 4
