"""A service that runs out of disk or file handles still answers, and recovers by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from index import verify_index
from service.access.key_file import create_key
from tests.fakes import THREE, write_files
from tests.server import Running, running

PATIENCE = 120.0  # seconds to wait for a broken service


def most(service: Running, limit: int) -> int:
    """Return how many handles the process that answers has open, or the size of a small file."""
    if limit == psutil.RLIMIT_NOFILE:
        handles = Path(f"/proc/{service.worker().pid}/fd").iterdir()
        return 1 + max(int(one.name) for one in handles)
    return 4096


@contextmanager
def exhausted(service: Running, limit: int) -> Iterator[None]:
    """Lower a limit of the process that answers, and of those that it starts, to what they use."""
    worker = service.worker()
    soft, hard = worker.rlimit(limit)
    worker.rlimit(limit, (most(service, limit), hard))
    yield
    worker.rlimit(limit, (soft, hard))


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (psutil.RLIMIT_FSIZE, "catalog.sqlite cannot be written"),
        (psutil.RLIMIT_NOFILE, "Too many open files"),
    ],
)
def test_a_service_without_room_answers_on_and_later_takes_in_what_it_could_not(
    tmp_path: Path, limit: int, told: str
) -> None:
    write_files(tmp_path / "documents", THREE)
    index = tmp_path / "index"
    _, key = create_key(tmp_path / ".pincite-keys.json", "admin", "", [])
    with (
        running(tmp_path) as service,
        httpx.Client(
            base_url=service.address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE,
        ) as client,
    ):
        before = ask(client, "lava")
        with exhausted(service, limit):
            refused = client.put("/documents/comet.txt", content="The comet Zorvan passed in 1654.")
            assert refused.status_code in {503, 507}, refused.text
            assert told in refused.text
            assert [ask(client, f"lava {number}") for number in range(20)] == [before] * 20
            assert verify_index(index) == []
        taken = client.put("/documents/comet.txt", content="The comet Zorvan passed in 1654.")
        deadline = time.monotonic() + PATIENCE
        while taken.json()["state"] == "running" and time.monotonic() < deadline:
            taken = client.get(taken.json()["status_url"])
            time.sleep(0.1)
        assert taken.json()["state"] == "live", taken.text
        assert ask(client, "comet") != before
        with httpx.Client(base_url=client.base_url, timeout=PATIENCE) as other:
            assert other.get("/readyz").json()["status"] == "ready"


def ask(client: httpx.Client, question: str) -> str:
    """Ask a question that is answered; return the generation that answered it."""
    reply = client.get("/ask", params={"q": question})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["generation"])
