"""A server with a damaged index starts nevertheless, and repairs it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from filelock import FileLock

from index import verify_index
from index.generation.folder import current_id
from tests.fakes import build, write_files
from tests.server import fetch, running

PATIENCE = 120.0  # seconds to wait for a broken server


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    """Damage the live generation of an index in `tmp_path`; return the id of the one before."""
    documents, index = tmp_path / "documents", tmp_path / "index"
    build(write_files(documents, {"a.txt": "Ninety ships unload copper."}), index)
    before = current_id(index)
    build(write_files(documents, {"b.txt": "Lava flowed for weeks."}), index)
    (index / "generations" / current_id(index) / "vectors.faiss").write_bytes(b"")
    return before


def ask(address: str) -> str:
    reply = fetch(f"{address}/ask", params={"q": "Who unloads copper?"}, timeout=PATIENCE)
    assert reply.status_code == 200, reply.text
    assert reply.json()["passages"][0]["text"] == "Ninety ships unload copper."
    return str(reply.json()["generation"])


def test_a_server_answers_from_the_generation_before_a_damaged_one(
    tmp_path: Path, damaged: str
) -> None:
    # another run holds the lock, so that the server cannot repair the index meanwhile
    with FileLock(tmp_path / "index" / "lock"), running(tmp_path) as service:
        assert ask(service.address) == damaged
        ready = fetch(f"{service.address}/readyz", timeout=PATIENCE)
        assert (ready.status_code, ready.json()["index"]) == (200, "damaged")
        assert ready.json()["generation"] == damaged
    assert "Traceback" not in service.output
    assert verify_index(tmp_path / "index") != []


@pytest.mark.parametrize("options", [(), ("--watch",)])
def test_a_server_repairs_its_index_by_itself(
    tmp_path: Path, damaged: str, options: tuple[str, ...]
) -> None:
    deadline = time.monotonic() + PATIENCE
    with running(tmp_path, *options) as service:
        while ask(service.address) == damaged and time.monotonic() < deadline:
            time.sleep(0.2)
        assert ask(service.address) == current_id(tmp_path / "index")
    assert "Traceback" not in service.output
    assert verify_index(tmp_path / "index") == []


def test_a_server_on_a_full_disk_answers_and_takes_in_later_what_it_could_not(
    tmp_path: Path,
) -> None:
    documents, index = tmp_path / "documents", tmp_path / "index"
    build(write_files(documents, {"a.txt": "Ninety ships unload copper."}), index)
    before = current_id(index)
    write_files(documents, {"b.txt": "Lava flowed for weeks."})
    full = ("sh", "-c", 'ulimit -f 8; exec "$@"', "sh")  # no file can pass 4 kB
    with running(tmp_path, within=full) as service:
        assert ask(service.address) == before
    assert "Traceback" not in service.output
    assert current_id(index) == before
    with running(tmp_path) as service:
        assert ask(service.address) != before
        listed = fetch(f"{service.address}/documents", timeout=PATIENCE).json()
        assert len(listed["documents"]) == 2
    assert "Traceback" not in service.output
