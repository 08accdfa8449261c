"""A service that is killed during uploads, deletions and rebuilds keeps what it acknowledged."""

from __future__ import annotations

import random
import signal
import threading
import time
from itertools import count
from pathlib import Path

import httpx
import psutil

from index import verify_index
from service.access.key_file import create_key
from tests.fakes import write_files
from tests.faults.steps import visible_files
from tests.server import Running, fetch, running

KILLS, CLIENTS = 4, 3
PATIENCE = 120.0  # seconds to wait for a broken service


class Uploader(threading.Thread):
    """Puts a file, replaces it and deletes it, again and again, until the service is gone."""

    def __init__(self, service: Running, key: str, path: str, text: str | None) -> None:
        super().__init__()
        self._service, self._key = service, key
        self.path = path
        self.done = text  # the acknowledged content of the file; None: deleted
        self.tried = text
        self.acknowledged = 0

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        address = f"http://127.0.0.1:{self._service.port}/documents/{self.path}"
        with httpx.Client(headers=headers, timeout=PATIENCE) as client:
            for number in count():
                text = None if number % 3 == 2 else f"Upload {number} to {self.path} is of tin."
                self.tried = text
                try:
                    if text is None:
                        reply = client.delete(address)
                    else:
                        reply = client.put(address, content=text)
                except httpx.TransportError:
                    return
                if reply.status_code == 404:  # no generation has it yet, so it cannot be deleted
                    self.tried = self.done
                    continue
                assert reply.status_code in {200, 201, 202}, reply.text
                self.done = text
                self.acknowledged += 1


def kill(service: Running) -> None:
    """Kill the process that answers and the one that started it, with SIGKILL."""
    worker = service.worker()
    service.process.kill()
    worker.kill()
    psutil.wait_procs([worker], timeout=PATIENCE)
    assert service.process.wait(PATIENCE) == -signal.SIGKILL


def test_what_was_acknowledged_is_there_and_nothing_half_is(tmp_path: Path) -> None:
    documents, index = tmp_path / "documents", tmp_path / "index"
    write_files(documents, {"first.txt": "The first document is of copper."})
    _, key = create_key(tmp_path / ".pincite-keys.json", "admin", "", [])
    settings = {"PINCITE_PUBLISH_SECONDS": "0", "PINCITE_RATE_LIMIT": ""}
    chance = random.Random(7)
    acknowledged = interrupted = 0
    files = dict(visible_files(documents))
    for _ in range(KILLS):
        with running(tmp_path, settings=settings) as service:
            assert listed(service, key) == files.keys()
            uploaders = [
                Uploader(service, key, f"uploads/{number}.txt", files.get(f"uploads/{number}.txt"))
                for number in range(CLIENTS)
            ]
            for one in uploaders:
                one.start()
            time.sleep(chance.uniform(0.5, 3))
            kill(service)
            for one in uploaders:
                one.join(PATIENCE)
        files = dict(visible_files(documents))
        for one in uploaders:
            assert files.get(one.path) in {one.done, one.tried}
            acknowledged += one.acknowledged
            interrupted += one.tried != one.done
        assert files.keys() <= {"first.txt", *(one.path for one in uploaders)}
        assert verify_index(index) == []
    assert acknowledged > 3 * KILLS
    assert interrupted  # or no kill happened during a request
    with running(tmp_path, settings=settings) as service:
        assert listed(service, key) == files.keys()
    assert not [path for path in documents.rglob(".*") if path.is_file()]


def listed(service: Running, key: str) -> set[str]:
    """Return the paths of the documents of the service."""
    reply = fetch(
        f"{service.address}/documents",
        headers={"Authorization": f"Bearer {key}", "Accept": "application/json"},
        timeout=PATIENCE,
    )
    assert reply.status_code == 200, reply.text
    return {one["path"] for one in reply.json()["documents"]}
