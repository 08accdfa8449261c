"""An index belongs to one documents folder, and is not emptied because that went away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import (
    DocumentsFolderError,
    DocumentsMismatch,
    DocumentStore,
    Folder,
    Removals,
    Report,
    build_index,
)
from index.generation.folder import open_generation
from tests.fakes import build, recipe, write_files

TEN = {f"{number}.txt": f"Text number {number} of ten." for number in range(10)}
KEPT = "its previous version still answers"


@pytest.fixture
def ten(tmp_path: Path) -> Path:
    return write_files(tmp_path / "ten", TEN)


def build_with(
    documents: Path, index: Path, *, adopt: bool = False, deletions: float = 0.25
) -> Report:
    return build_index(
        Folder(documents), index, recipe(), lambda done, total: None,
        adopt=adopt, deletions=deletions,
    )  # fmt: skip


def paths_of(index: Path) -> list[str]:
    return open_generation(index).catalog.paths()


def test_the_manifest_names_the_documents_folder(ten: Path, tmp_path: Path) -> None:
    build(ten, tmp_path / "index")
    assert open_generation(tmp_path / "index").manifest.documents_at == str(ten)


def test_another_folder_is_refused_until_it_is_adopted(
    ten: Path, three: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build(ten, index)
    with pytest.raises(
        DocumentsMismatch, match=rf"holds the documents of {ten}, not .*{three}.*--adopt"
    ):
        build_with(three, index)
    assert len(paths_of(index)) == 10
    assert build_with(three, index, adopt=True).published
    assert len(paths_of(index)) == 3
    assert open_generation(index).manifest.documents_at == str(three)


def test_a_folder_that_was_moved_is_still_the_same(ten: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(ten, index)
    moved = ten.rename(tmp_path / "moved")
    assert not build_with(moved, index).published
    write_files(moved, {"new.txt": "Something new."})
    assert build_with(moved, index).published
    assert open_generation(index).manifest.documents_at == str(moved)


def test_a_link_is_known_by_its_own_name(ten: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(ten)
    build(tmp_path / "current", tmp_path / "index")
    manifest = open_generation(tmp_path / "index").manifest
    assert manifest.documents_at == str(tmp_path / "current")


def test_when_most_documents_vanish_at_once_they_are_kept_until_that_is_allowed(
    ten: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build(ten, index)
    for number in range(3, 10):
        (ten / f"{number}.txt").unlink()
    report = build_with(ten, index)
    assert report.deleted == ()
    assert report.vanished == 7
    stale = [file for file in report.files if file.stale]
    assert [file.path for file in stale] == [f"{number}.txt" for number in range(3, 10)]
    assert stale[0].reason == (
        "its file is gone, as are those of 7 of 10 documents; to delete them, run: "
        f"pincite index --allow-deletions; {KEPT}"
    )
    assert len(paths_of(index)) == 10
    assert not build_with(ten, index).published, "nothing more has changed"

    report = build_with(ten, index, deletions=1)
    assert len(report.deleted) == 7
    assert len(paths_of(index)) == 3


def test_documents_that_are_deleted_on_purpose_do_not_count_as_lost(
    ten: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build(ten, index)
    store = DocumentStore(ten, 1, Removals(index))
    for number in range(6):
        store.remove(f"{number}.txt")
    for number in (6, 7, 8):
        (ten / f"{number}.txt").unlink()
    report = build_with(ten, index)
    assert report.deleted == tuple(f"{number}.txt" for number in range(6))
    assert report.vanished == 3
    assert paths_of(index) == [f"{number}.txt" for number in (9, 6, 7, 8)]
    assert not (index / "removed.jsonl").exists()
    write_files(ten, TEN)
    assert build_with(ten, index).vanished == 0
    assert len(paths_of(index)) == 10


def test_documents_that_come_back_are_no_longer_stale(ten: Path, tmp_path: Path) -> None:
    index, away = tmp_path / "index", tmp_path / "away"
    build(ten, index)
    shutil.move(ten, away)
    write_files(ten, {"README.txt": "This disk is not mounted."})
    assert build_with(ten, index).vanished == 10
    shutil.rmtree(ten)
    shutil.move(away, ten)
    report = build_with(ten, index)
    assert report.vanished == 0
    assert report.deleted == ("README.txt",)
    assert not any(source.stale for source, _ in open_generation(index).catalog.sources())


def test_an_index_is_not_rebuilt_without_most_of_its_documents(ten: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    before = build(ten, index).generation
    for number in range(3, 10):
        (ten / f"{number}.txt").unlink()
    with pytest.raises(DocumentsFolderError, match=rf"{ten} holds 3 files, .* holds 10 documents"):
        build(ten, index, rebuild=True)
    assert open_generation(index).id == before
    assert build(ten, index, rebuild=True, deletions=1).published
    assert len(paths_of(index)) == 3


def test_a_few_documents_are_deleted_without_asking(three: Path, tmp_path: Path) -> None:
    build(three, tmp_path / "index")
    (three / "volcano.md").unlink()
    (three / "harbour.md").unlink()
    assert build_with(three, tmp_path / "index").deleted == ("harbour.md", "volcano.md")
