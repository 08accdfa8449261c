from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.access.key_file import KeyFileError, create_key, read_keys, revoke_key
from service.access.keyring import Keyring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.mark.parametrize("token", ["", "pincite_ask_", "x" * 10_000, "ü", "\udcff"])
def test_another_token_finds_nothing(path: Path, token: str) -> None:
    create_key(path, "ask", "", [])
    assert Keyring(path).find(token) is None


def test_a_digest_is_not_good_for_its_token(path: Path) -> None:
    key, _ = create_key(path, "ask", "", [])
    assert Keyring(path).find(key.digest) is None


def test_digests_are_compared_in_constant_time_and_all_of_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [create_key(path, "ask", "", [])[1] for _ in range(3)]
    ring, compared = Keyring(path), []

    def compare(left: str, right: str) -> bool:
        compared.append(left)
        return left == right

    monkeypatch.setattr("hmac.compare_digest", compare)
    for token in [*tokens, "unknown"]:
        compared.clear()
        ring.find(token)
        assert compared == [key.digest for key in read_keys(path)]


def test_a_key_that_is_revoked_or_made_counts_at_once(path: Path) -> None:
    first, first_token = create_key(path, "ask", "", [])
    ring = Keyring(path)
    second, second_token = create_key(path, "admin", "", [])
    assert ring.find(second_token) == second
    assert revoke_key(path, first.id) == first
    assert ring.find(first_token) is None
    assert ring.find(second_token) == second


def test_a_file_is_not_read_again_before_it_changes(path: Path) -> None:
    key, token = create_key(path, "ask", "", [])
    ring, before = Keyring(path), path.stat()
    path.write_bytes(b" " * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ring.find(token) == key
    os.utime(path)
    with pytest.raises(KeyFileError):
        ring.find(token)


def test_keys_are_in_use_from_the_first_on_even_if_the_file_goes(path: Path) -> None:
    ring = Keyring(path)
    assert not ring.in_use
    key, token = create_key(path, "ask", "", [])
    ring.refresh()
    assert ring.in_use
    revoke_key(path, key.id)
    ring.refresh()
    assert ring.in_use
    path.unlink()
    ring.refresh()
    assert ring.in_use
    assert ring.find(token) is None


def test_keys_that_are_lost_are_named_and_logged_once_until_they_are_back(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keyring = Keyring(path)
    assert keyring.fault() is None  # none is needed
    _, token = create_key(path, "ask", "", [])
    assert keyring.find(token)
    away = path.rename(path.with_name("away"))
    for _ in range(3):
        assert "has vanished" in str(keyring.fault())
    assert caplog.text.count("has vanished") == 1
    away.rename(path)
    assert keyring.fault() is None
    assert keyring.find(token)


def test_a_pipe_in_the_place_of_the_keys_is_refused_and_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(KeyFileError, match="is not a file"):
        Keyring(path)
