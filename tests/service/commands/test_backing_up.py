"""A backup holds all that answers, and comes back or is refused."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index import back_up, restore, verify_index
from index.files.hashes import hash_files
from index.files.locks import try_lock
from index.generation.folder import current_id, open_generation
from index.generation.manifest import NAME
from tests.fakes import build, write_files
from tests.service.conftest import Run

Change = Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]


@pytest.fixture
def backup(run: Run, index: Path, tmp_path: Path) -> Path:
    outcome = run("backup", "--index", index, tmp_path / "b.tar")
    assert (outcome.status, outcome.out) == (0, ""), outcome.err
    assert outcome.err == f"wrote generation {current_id(index)} to {tmp_path / 'b.tar'}\n"
    return tmp_path / "b.tar"


def rewrite(file: Path, change: Change) -> None:
    """Change every member of a tar."""
    with tarfile.open(file) as old:
        members = [(one, (old.extractfile(one) or io.BytesIO()).read()) for one in old]
    with tarfile.open(file, "w:") as new:
        for member, content in members:
            changed, data = change(member, content)
            changed.size = len(data)
            new.addfile(changed, io.BytesIO(data))


def test_what_was_backed_up_answers_alike_without_the_documents(
    run: Run, index: Path, backup: Path, tmp_path: Path
) -> None:
    outcome = run("restore", "--index", tmp_path / "new", backup)
    assert (outcome.status, outcome.out) == (0, ""), outcome.err
    before, after = open_generation(index), open_generation(tmp_path / "new")
    assert hash_files(before.folder, leave_out=NAME) == hash_files(after.folder, leave_out=NAME)
    replies = [
        json.loads(run("ask", "Who weighs copper?", "--json", "--index", folder).out)["passages"]
        for folder in (index, tmp_path / "new")
    ]
    assert replies[0] == replies[1]
    assert replies[0][0]["source"]["path"] == "harbour.md"


def test_a_generation_that_is_replaced_meanwhile_is_backed_up_whole(
    three: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, first = tarfile.TarFile.add, current_id(index)

    def add_while_others_publish(archive: tarfile.TarFile, name: Path, arcname: str) -> None:
        if arcname != NAME and not (three / "2.txt").exists():
            for number in range(3):
                build(write_files(three, {f"{number}.txt": f"Words {number}."}), index)
        add(archive, name, arcname)

    monkeypatch.setattr(tarfile.TarFile, "add", add_while_others_publish)
    assert back_up(index, tmp_path / "b.tar") == first != current_id(index)
    restore(tmp_path / "b.tar", tmp_path / "new")
    assert not verify_index(tmp_path / "new")


def test_nothing_takes_the_place_of_anything(run: Run, index: Path, backup: Path) -> None:
    content, live = backup.read_bytes(), current_id(index)
    again = run("backup", "--index", index, backup)
    assert (again.status, backup.read_bytes()) == (2, content)
    assert "a backup replaces no file" in again.err
    over = run("restore", "--index", index, backup)
    assert (over.status, current_id(index)) == (2, live)
    assert "holds an index" in over.err


def test_a_file_that_comes_meanwhile_is_left_alone(
    run: Run, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tarfile.TarFile.addfile

    def write_first(*arguments: object) -> None:
        (tmp_path / "b.tar").write_text("mine")
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(tarfile.TarFile, "addfile", write_first)
    outcome = run("backup", "--index", index, tmp_path / "b.tar")
    assert outcome.status == 2
    assert "exists by now" in outcome.err
    assert (tmp_path / "b.tar").read_text() == "mine"
    assert not list(tmp_path.glob(".pincite-backup-*"))


def test_a_damaged_generation_is_not_backed_up(run: Run, index: Path, tmp_path: Path) -> None:
    vectors = index / "generations" / current_id(index) / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"?")
    outcome = run("backup", "--index", index, tmp_path / "b.tar")
    assert outcome.status == 2
    assert "vectors.faiss is altered; repair it: pincite index --repair" in outcome.err
    assert not list(tmp_path.glob("*.tar"))


def altered(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return member, content[:-1] + b"?" if member.name == "vectors.faiss" else content


def outside(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    if member.name == "keys.npy":
        member.name = "../../outside"
    return member, content


def linked(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    if member.name == "keys.npy":
        member.type, member.linkname, content = tarfile.SYMTYPE, "/etc/passwd", b""
    return member, content


def added(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    if member.name == "keys.npy":
        member.name = "more"
    return member, content


@pytest.mark.parametrize("change", [altered, outside, linked, added])
def test_a_backup_that_was_changed_is_refused_and_writes_nothing(
    run: Run, backup: Path, tmp_path: Path, change: Change
) -> None:
    rewrite(backup, change)
    outcome = run("restore", "--index", tmp_path / "new", backup)
    assert (outcome.status, outcome.out) == (2, "")
    assert str(backup) in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "new" / "CURRENT").exists()
    assert not (tmp_path / "new" / "staging").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_half_a_backup_is_refused(run: Run, backup: Path, tmp_path: Path, share: float) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])
    outcome = run("restore", "--index", tmp_path / "new", backup)
    assert outcome.status == 2
    assert not (tmp_path / "new" / "CURRENT").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.tar", "No such file or directory"), ("folder", "Is a directory")],
)
def test_what_is_no_file_is_said_to_be_none(
    run: Run, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "folder").mkdir()
    outcome = run("restore", "--index", tmp_path / "new", tmp_path / name)
    said = f"{tmp_path / name} cannot be read: {reason}; name a file that pincite backup wrote"
    assert (outcome.status, outcome.err) == (2, f"pincite: {said}\n")


def test_a_backup_into_no_folder_is_refused(run: Run, index: Path, tmp_path: Path) -> None:
    file = tmp_path / "none" / "b.tar"
    outcome = run("backup", "--index", index, file)
    said = f"{file} cannot be written: No such file or directory; make room or name another place"
    assert (outcome.status, outcome.err) == (2, f"pincite: {said}\n")


def test_what_a_killed_backup_left_is_deleted_by_the_next_but_not_one_that_is_being_written(
    index: Path, tmp_path: Path
) -> None:
    left, written = tmp_path / ".pincite-backup-1", tmp_path / ".pincite-backup-2"
    left.write_bytes(b"half of a backup")
    with written.open("wb") as file:
        try_lock(file.fileno())
        back_up(index, tmp_path / "b.tar")
        assert (left.exists(), written.exists()) == (False, True)
    back_up(index, tmp_path / "c.tar")
    assert not written.exists()
