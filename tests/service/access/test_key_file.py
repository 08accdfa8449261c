from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from service.access.key_file import KeyFileError, create_key, read_keys, revoke_key
from service.access.keyring import Keyring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_key_is_found_by_its_token_which_is_kept_nowhere(path: Path) -> None:
    key, token = create_key(path, "ask", "a script", [])
    assert token.startswith("pincite_ask_")
    assert Keyring(path).find(token) == key
    assert token not in path.read_text()
    assert token.removeprefix("pincite_ask_") not in path.read_text()
    assert key.digest == hashlib.sha256(token.encode()).hexdigest()
    assert path.stat().st_mode & 0o777 == 0o600


def test_tokens_are_of_256_random_bits_and_independent(path: Path) -> None:
    tokens = {create_key(path, "widget", "", ["https://a.example"])[1] for _ in range(8)}
    assert len(tokens) == 8
    assert all(len(token.rpartition("widget_")[2]) == 43 for token in tokens)


def test_a_key_that_is_not_there_cannot_be_revoked(path: Path) -> None:
    create_key(path, "ask", "", [])
    with pytest.raises(KeyFileError, match="there is no key 'x' in "):
        revoke_key(path, "x")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"nonsense",
        b'[{"id": "x"}]',
        b'[{"id":"a","kind":"root","name":"","origins":[],"created":"2024-01-01","digest":"'
        + b"0" * 64
        + b'"}]',
        b'[{"id":"a","kind":"ask","name":"","origins":[],"created":"2024-01-01","digest":"0"}]',
    ],
)
def test_a_file_that_holds_something_else_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="is not a file of keys") as caught:
        Keyring(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(KeyFileError):
        create_key(path, "ask", "", [])
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"cannot be read: .*; make the file readable"):
        Keyring(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match="cannot be written"):
        create_key(tmp_path / "file" / "keys.json", "ask", "", [])


def test_keys_made_at_the_same_time_are_all_kept(path: Path) -> None:
    threads = [threading.Thread(target=create_key, args=(path, "ask", "", [])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_keys(path)) == 8


def test_a_write_that_fails_leaves_the_keys_as_they_were(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = create_key(path, "ask", "", [])
    failed = []

    def fail(descriptor: int) -> None:
        failed.append(descriptor)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyFileError, match="No space left"):
        create_key(path, "ask", "", [])
    assert failed
    assert read_keys(path) == (key,)
    assert {one.name for one in path.parent.iterdir()} <= {"keys.json", "keys.json.lock"}


def test_the_file_keeps_its_owner_and_mode_and_a_link_to_it_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file, link = tmp_path / "real" / "keys.json", tmp_path / "keys.json"
    link.symlink_to(file)
    create_key(link, "ask", "", [])
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 4321, 4321)
    before = file.stat()
    create_key(link, "ask", "", [])
    after = file.stat()
    assert link.is_symlink()
    assert len(read_keys(file)) == 2
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode, before.st_uid, before.st_gid
    )  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_that_root_makes_belongs_to_the_owner_of_its_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 4321, 4321)
    create_key(tmp_path / "keys.json", "ask", "", [])
    assert {one.stat().st_uid for one in tmp_path.iterdir()} == {4321}
