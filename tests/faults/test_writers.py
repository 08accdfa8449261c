"""Commands, a watcher and uploads that write at the same time take turns, and lose nothing."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from index import verify_index
from index.generation.folder import current_id, open_generation
from tests.fakes import write_files
from tests.server import environment, running
from tests.server import pincite as command

PATIENCE = 120.0  # seconds to wait for a broken server
_REFUSED = re.compile(
    r"pincite: \S+ is being written by (process \d+ on \S+, since .* UTC|another process); wait .*"
)


def pincite(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command(fake=True), *arguments],
        cwd=folder, env=environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def index_again_and_again(folder: Path, over: threading.Event) -> list[tuple[int, str]]:
    """Run `pincite index` until `over` is set; return exit status and last line of each run."""
    runs = []
    while not over.is_set():
        done = pincite(folder, "index", "--documents", "documents", "--index", "index")
        runs.append((done.returncode, done.stderr.splitlines()[-1]))
    return runs


def upload(address: str, key: str, numbers: range) -> list[str]:
    """Upload documents one by one; return the paths of those that were acknowledged."""
    kept = []
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        for number in numbers:
            path = f"uploads/{number}.txt"
            reply = client.put(f"/documents/{path}", content=f"Upload {number} is of tin.")
            assert reply.status_code in {200, 201, 202, 503}, reply.text
            kept.append(path)  # 503: the file is there, but not yet in the index
    return kept


def test_writers_at_the_same_time_take_turns_and_lose_nothing(tmp_path: Path) -> None:
    documents, index = tmp_path / "documents", tmp_path / "index"
    write_files(documents, {"first.txt": "The first document is of copper."})
    key = pincite(tmp_path, "keys", "create", "--kind", "admin", "--keys", ".pincite-keys.json")
    over = threading.Event()
    with running(tmp_path, "--watch") as service, ThreadPoolExecutor() as threads:
        indexers = [threads.submit(index_again_and_again, tmp_path, over) for _ in range(2)]
        uploads = [
            threads.submit(upload, service.address, key.stdout.strip(), range(first, first + 3))
            for first in (0, 3)
        ]
        for number in range(3):
            write_files(documents, {f"written/{number}.txt": f"File {number} is of lead."})
            time.sleep(0.2)
        uploaded = [path for each in uploads for path in each.result()]
        over.set()
        runs = [run for each in indexers for run in each.result()]
        expected = {"first.txt", *uploaded, *(f"written/{number}.txt" for number in range(3))}
        deadline = time.monotonic() + PATIENCE
        while indexed(index) != expected and time.monotonic() < deadline:
            time.sleep(0.2)
    assert "Traceback" not in service.output
    assert indexed(index) == expected
    assert verify_index(index) == []
    assert {status for status, _ in runs} <= {0, 2}, runs  # 2 where two met
    assert all(_REFUSED.fullmatch(told) for status, told in runs if status), runs


def indexed(index: Path) -> set[str]:
    return set(open_generation(index, current_id(index)).catalog.paths())
