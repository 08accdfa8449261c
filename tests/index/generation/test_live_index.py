from __future__ import annotations

import re
import resource
import shutil
from pathlib import Path

import pytest

from index import (
    EngineUnavailable,
    IndexDamaged,
    IndexFolder,
    IndexMismatch,
    IndexMissing,
    LiveIndex,
    Query,
    Retriever,
    StoredIndexError,
)
from index.generation.folder import StoredGeneration, current_id
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


def test_an_index_that_is_to_come_is_opened_once_it_is_there(three: Path, tmp_path: Path) -> None:
    live = LiveIndex(IndexFolder(tmp_path / "index"), MODEL, later=True)
    assert not live.is_open
    for _ in range(2):
        with pytest.raises(IndexMissing):
            live.refresh()
        with pytest.raises(EngineUnavailable, match=re.escape(str(live.fault))):
            live.generation.id  # noqa: B018
    build(three, tmp_path / "index")
    assert live.refresh()
    assert live.generation.id == current_id(tmp_path / "index")
    assert live.fault is None


def test_a_damaged_generation_is_waited_for_unless_one_before_it_is_sound(
    index: Path, three: Path
) -> None:
    sound = current_id(index)
    write_files(three, {"new.txt": "A comet passed."})
    build(three, index)
    pointer = index / "CURRENT"
    newest = pointer.read_text()
    (index / "generations" / newest.strip() / "vectors.faiss").write_bytes(b"")
    (index / "generations" / sound).rename(index / sound)
    live = LiveIndex(IndexFolder(index), MODEL, later=True)
    assert not live.is_open
    assert "vectors.faiss" in str(live.fault)
    (index / sound).rename(index / "generations" / sound)
    pointer.write_text(sound)
    assert live.refresh()
    assert live.generation.id == sound
    again = LiveIndex(IndexFolder(index), MODEL, later=True)
    assert again.is_open
    assert again.damage is again.fault is None


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


def damage(index: Path) -> str:
    """Damage the live generation and return its id."""
    identity = current_id(index)
    (index / "generations" / identity / "vectors.faiss").write_bytes(b"")
    return identity


def test_where_the_newest_is_damaged_the_one_before_is_opened_and_that_is_said(
    index: Path, three: Path
) -> None:
    before = current_id(index)
    build(write_files(three, {"new.txt": "A comet passed."}), index)
    damaged = damage(index)
    live = LiveIndex(IndexFolder(index), MODEL)
    assert live.generation.id == before
    assert live.damage is not None
    for told in (f"{damaged}/vectors.faiss is altered", "pincite index --repair", before):
        assert told in live.damage
    assert Retriever(FakeEmbedder()).search(Query("lava"), live.generation)
    build(three, index, rebuild=True)
    assert live.refresh()
    assert live.generation.id == current_id(index)
    assert live.damage is None


@pytest.mark.parametrize("pointer", ["", "a\0b", "20200101T000000.000000Z-aaaaaa"])
def test_where_the_pointer_is_damaged_the_newest_generation_is_opened(
    index: Path, pointer: str
) -> None:
    newest = current_id(index)
    write_files(index, {"CURRENT": pointer})
    live = LiveIndex(IndexFolder(index), MODEL)
    assert live.generation.id == newest
    assert live.damage is not None


def test_where_every_generation_is_damaged_none_is_opened(index: Path, three: Path) -> None:
    damage(index)
    build(write_files(three, {"new.txt": "A comet passed."}), index, rebuild=True)
    newest = damage(index)
    with pytest.raises(IndexDamaged, match=newest):
        LiveIndex(IndexFolder(index), MODEL)


def test_a_damaged_index_is_told_where_the_one_before_is_of_another_model(
    index: Path, three: Path
) -> None:
    build(three, index, recipe(model=OTHER_MODEL), rebuild=True)
    newest = damage(index)
    with pytest.raises(IndexDamaged, match=newest):
        LiveIndex(IndexFolder(index), OTHER_MODEL)


def test_a_generation_is_prepared_before_it_answers_and_may_be_of_another_model(
    index: Path, three: Path
) -> None:
    prepared: list[str] = []
    live = LiveIndex(
        IndexFolder(index), OTHER_MODEL, lambda generation: prepared.append(generation.id)
    )
    assert live.outdated
    build(three, index, recipe(model=OTHER_MODEL), rebuild=True)
    assert live.refresh()
    assert not live.outdated
    assert prepared[1:] == [live.generation.id]


class CountingFolder(IndexFolder):
    """Counts how often a generation is opened."""

    opened = 0

    def open(self, identity: str) -> StoredGeneration:
        self.opened += 1
        return super().open(identity)


def test_damage_that_comes_while_it_serves_is_told_and_not_read_again_and_again(
    index: Path, three: Path
) -> None:
    folder = CountingFolder(index)
    live = LiveIndex(folder, MODEL)
    build(write_files(three, {"new.txt": "A comet passed."}), index)
    damaged = damage(index)
    with pytest.raises(IndexDamaged):
        live.refresh()
    assert live.damage is not None
    assert damaged in live.damage
    before = folder.opened
    assert not live.refresh()
    assert folder.opened == before
    build(three, index, rebuild=True)
    assert live.refresh()
    assert live.damage is None


def test_what_is_open_is_whole_however_many_are_published_since(index: Path, three: Path) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    for number in range(3):
        build(write_files(three, {"new.txt": f"Comet {number} passed."}), index)
    assert live.generation.folder.is_dir()
    assert len(live.generation.catalog.paths()) == 3  # opened only now
    old = live.generation.folder
    assert live.refresh()
    build(write_files(three, {"new.txt": "No comet passed."}), index)
    assert not old.exists()


def test_without_file_handles_what_is_open_answers_and_the_newest_is_opened_later(
    index: Path, three: Path
) -> None:
    live, retriever = LiveIndex(IndexFolder(index), MODEL), Retriever(FakeEmbedder())
    before = live.generation
    right = retriever.search(Query("lava"), before)
    build(write_files(three, {"new.txt": "A comet passed."}), index)
    kept = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, kept[1]))
    try:
        with pytest.raises(StoredIndexError, match="Too many open files"):
            live.refresh()
        assert live.generation is before
        assert retriever.search(Query("lava"), before) == right
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, kept)
    assert live.damage is None
    assert live.refresh()


def test_an_index_that_is_deleted_while_it_is_open_goes_on_answering_and_says_so(
    index: Path,
) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    shutil.rmtree(index)
    with pytest.raises(IndexMissing, match=f"the index folder {index} does not exist; if it was"):
        live.refresh()
    assert live.fault is not None
    assert "does not exist" in live.fault
    assert (live.report(), live.damage) == (None, None)
    assert live.state() == f"{live.generation.id} "
    assert IndexFolder(index).ids() == []
    [hit, *_] = Retriever(FakeEmbedder()).search(Query("lava"), live.generation)
    assert hit.source.path == "volcano.md"
