from __future__ import annotations

import os
import resource
from io import BytesIO
from pathlib import Path

import pytest

from index import (
    DocumentStore,
    FileTaken,
    FileTooLarge,
    NameRefused,
    StoreError,
    safe_folder,
    safe_name,
    safe_path,
)
from tests.fakes import write_files


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Übersicht 2024.md", "Übersicht 2024.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        (r"C:\Users\me\notes.txt", "notes.txt"),
        (".hidden.md", "hidden.md"),
        ("a\0b\nc\x1b.md", "a_b_c_.md"),
        ("a\u202etxt.exe.md", "a_txt.exe.md"),
        ("a:b?<c>|*.md", "a_b__c___.md"),
        ("  much   room  .md", "much room.md"),
        ("U\u0308.md", "Ü.md"),
        ("\ud800.md", "_.md"),
        ("x" * 300 + ".md", "x" * 197 + ".md"),
        ("ü" * 300 + ".md", "ü" * 98 + ".md"),
        ("report.pdf.yaml", "report.pdf.yaml"),
    ],
)
def test_a_name_is_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize("given", ["", ".", "..", "/", ".md", "...", "a", "a.exe", "a.md/"])
def test_a_name_that_is_none_of_a_document_is_refused(given: str) -> None:
    with pytest.raises(NameRefused):
        safe_name(given)


@pytest.mark.parametrize("path", ["a.md", "b/c d/é.pdf", "b/a.pdf.yaml"])
def test_a_safe_path_stays_as_it_is(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "../a.md", "b/../a.md", "/a.md", "b//a.md", "./a.md", ".git/a.md", "b/.a.md", "b\\a.md",
        "a\n.md", "a.md ", "b/", "", "x/" * 17 + "a.md", "a" * 300 + ".md", "a.exe",
    ],
)  # fmt: skip
def test_a_path_that_is_not_safe_is_refused(path: str) -> None:
    with pytest.raises(NameRefused):
        safe_path(path)


def test_a_folder_is_held_to_the_same_rules() -> None:
    assert (safe_folder(""), safe_folder("b/c d")) == ("", "b/c d")
    for folder in ("..", ".git", "/etc", "b/", "b/../c"):
        with pytest.raises(NameRefused):
            safe_folder(folder)


def test_a_file_is_put_as_a_whole_and_replaced_only_where_that_is_asked(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, 1)
    assert not store.put("b/c/a.md", BytesIO(b"One."), replace=False)
    with pytest.raises(FileTaken, match=r"^b/c/a\.md: "):
        store.put("b/c/a.md", BytesIO(b"Two."), replace=False)
    assert (tmp_path / "b/c/a.md").read_bytes() == b"One."
    assert store.put("b/c/a.md", BytesIO(b"Three."), replace=True)
    assert (tmp_path / "b/c/a.md").read_bytes() == b"Three."
    assert [path.name for path in (tmp_path / "b/c").iterdir()] == ["a.md"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o640), (0o077, 0o600), (0o007, 0o640)])
def test_a_file_is_not_for_everybody_and_respects_the_umask(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        DocumentStore(tmp_path, 1).put("a.md", BytesIO(b"One."), replace=False)
    finally:
        os.umask(before)
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == mode


def test_what_is_too_large_leaves_nothing_behind(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, 1)
    store.put("a.md", BytesIO(b"x" * (1 << 20)), replace=True)
    with pytest.raises(FileTooLarge, match=r"larger than 1 MB \(max_file_mb\)"):
        store.put("a.md", BytesIO(b"y" * ((1 << 20) + 1)), replace=True)
    assert (tmp_path / "a.md").read_bytes() == b"x" * (1 << 20)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("replace", [True, False])
def test_a_folder_is_not_replaced_by_a_file_nor_a_file_by_a_folder(
    tmp_path: Path, *, replace: bool
) -> None:
    write_files(tmp_path, {"a.md/b.md": "x", "c.md": "x"})
    for path in ("a.md", "c.md/d.md"):
        with pytest.raises(FileTaken):
            DocumentStore(tmp_path, 1).put(path, BytesIO(b"y"), replace=replace)


def test_a_link_that_leads_away_is_not_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"away/secret.md": "Secret.", "documents/a.md": "x"})
    store = DocumentStore(tmp_path / "documents", 1)
    (tmp_path / "documents/out").symlink_to("../away")
    (tmp_path / "documents/link.md").symlink_to("../away/secret.md")
    for path in ("out/new.md", "out/secret.md", "out/deeper/new.md"):
        with pytest.raises(NameRefused, match="leads out of"):
            store.put(path, BytesIO(b"x"), replace=True)
        with pytest.raises(NameRefused, match="leads out of"):
            store.remove(path)
    store.put("link.md", BytesIO(b"Mine."), replace=True)  # takes the place of the link itself
    assert (tmp_path / "away/secret.md").read_text() == "Secret."
    store.remove("link.md")
    assert [path.name for path in (tmp_path / "away").iterdir()] == ["secret.md"]


def test_a_file_is_removed_and_may_be_gone_already(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "x", "b.md/c.md": "x"})
    store = DocumentStore(tmp_path, 1)
    store.remove("a.md")
    store.remove("a.md")
    with pytest.raises(StoreError, match=r"^b\.md cannot be deleted"):
        store.remove("b.md")
    assert [path.name for path in tmp_path.iterdir()] == ["b.md"]


def test_what_was_left_half_written_is_deleted_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    write_files(tmp_path, {"a.md": "x", ".pincite-half": "x", "b/.pincite-half": "x"})
    store = DocumentStore(tmp_path, 1)

    class Cleaning(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            store.clean()
            return super().read(size)

    store.put("b/c.md", Cleaning(b"Whole."), replace=False)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert files == {"a.md", "b", "b/c.md"}
    assert (tmp_path / "b/c.md").read_bytes() == b"Whole."


def test_a_file_for_which_there_is_no_room_leaves_what_was_there(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, 1)
    store.put("a.md", BytesIO(b"Old."), replace=False)
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, kept[1]))
    try:
        with pytest.raises(StoreError, match=r"^a\.md cannot be written: File too large"):
            store.put("a.md", BytesIO(b"x" * 2000), replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.md", b"Old.")]
