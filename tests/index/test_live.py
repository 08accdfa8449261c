from __future__ import annotations

from pathlib import Path

import pytest

from index import (
    IndexDamaged,
    IndexFolder,
    IndexMismatch,
    IndexMissing,
    LiveIndex,
    Query,
    Retriever,
)
from index.generation import current_id
from tests.fakes import MODEL, OTHER_MODEL, FakeEmbedder, build, recipe, write_files


def test_nothing_is_replaced_while_nothing_new_is_published(index: Path) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = live.generation
    assert not live.refresh()
    assert live.generation is before


def test_a_new_generation_is_picked_up_and_the_old_one_still_reads(
    index: Path, three: Path
) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = live.generation
    write_files(three, {"new.txt": "A comet passed."})
    build(three, index)
    assert live.refresh()
    assert live.generation.id == current_id(index) != before.id
    assert len(live.generation.catalog.paths()) == len(before.catalog.paths()) + 1
    assert Retriever(FakeEmbedder()).search(Query("lava"), before)


def test_an_index_that_does_not_exist_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        LiveIndex(IndexFolder(tmp_path / "nothing"), MODEL)


def test_an_index_of_another_model_cannot_be_opened(index: Path) -> None:
    with pytest.raises(IndexMismatch, match="built with the model fake, not other"):
        LiveIndex(IndexFolder(index), OTHER_MODEL)


def test_a_damaged_generation_is_refused_and_the_old_one_goes_on(index: Path, three: Path) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = live.generation
    write_files(three, {"new.txt": "A comet passed."})
    build(three, index)
    (index / "generations" / current_id(index) / "vectors.faiss").write_bytes(b"")
    with pytest.raises(IndexDamaged):
        live.refresh()
    assert live.generation is before
    assert Retriever(FakeEmbedder()).search(Query("lava"), live.generation)


def test_a_generation_of_another_model_is_refused_and_the_old_one_goes_on(
    index: Path, three: Path
) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = live.generation
    build(three, index, recipe(model=OTHER_MODEL), rebuild=True)
    with pytest.raises(IndexMismatch):
        live.refresh()
    assert live.generation is before
