"""After a change of the model, the old index answers with the old one until it is rebuilt."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from index.generation.folder import current_id, open_generation
from tests.fakes import OTHER_MODEL
from tests.server import Running, fetch, running

PATIENCE = 120.0  # seconds to wait for a broken server
GRACE = 29.0  # seconds; see service/commands/granian_server.py


@contextmanager
def serving_other(folder: Path, documents: Path) -> Iterator[Running]:
    """Serve an index with OTHER_MODEL, which embeds nothing before the file `go` is there."""
    settings = {"PINCITE_MODEL": OTHER_MODEL.name, "TESTS_GO": str(folder / "go")}
    with running(folder, settings=settings) as service:
        yield service


def get(service: Running, path: str) -> dict[str, Any]:
    address = f"{service.address}{path}"
    reply = fetch(address, timeout=PATIENCE, headers={"Accept": "application/json"})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def gauges(service: Running) -> dict[str, float]:
    """Return the metrics of the index and its model."""
    text = fetch(f"{service.address}/metrics", timeout=PATIENCE).text
    told = re.findall(r"^pincite_index_(rebuilding|outdated)\{.*\} (.+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in told}


def await_index(service: Running, state: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while get(service, "/readyz")["index"] != state:
        assert time.monotonic() < deadline, get(service, "/readyz")
        time.sleep(0.05)


def test_the_old_index_answers_until_that_of_the_other_model_does(
    tmp_path: Path, three: Path, index: Path
) -> None:
    before = current_id(index)
    seen: list[tuple[str, str]] = []
    over = threading.Event()

    def read() -> None:
        number = 0
        while not over.is_set():
            number += 1
            reply = get(service, f"/ask?q=Who+sleeps+beneath+wall+{number}")
            seen.append((reply["generation"], reply["passages"][0]["source"]["path"]))

    with serving_other(tmp_path, three) as service:
        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        assert get(service, "/readyz") | {"status": "ready", "index": "rebuilding"} == get(
            service, "/readyz"
        )
        status = get(service, "/status")
        assert (status["generation"], status["model"]) == (before, "fake")
        assert "rebuilt with the model other" in status["rebuild"]
        assert gauges(service) == {"rebuilding": 1, "outdated": 0}
        while len(seen) < 20:
            time.sleep(0.01)
        assert {generation for generation, _ in seen} == {before}
        (tmp_path / "go").touch()
        await_index(service, "ok")
        after = current_id(index)
        while (after, "notes/orchard_log.txt") not in seen[-20:]:
            time.sleep(0.01)
        over.set()
        for reader in readers:
            reader.join(PATIENCE)
        status = get(service, "/status")
        assert (status["generation"], status["model"], status["rebuild"]) == (after, "other", None)
        assert gauges(service) == {"rebuilding": 0, "outdated": 0}
    assert open_generation(index).manifest.model == "other"
    assert set(seen) == {(one, "notes/orchard_log.txt") for one in (before, after)}


def test_a_rebuild_that_fails_is_told_and_the_old_index_answers_on(
    tmp_path: Path, three: Path, index: Path
) -> None:
    before = current_id(index)
    (tmp_path / "go").write_text("the model other is broken")
    with serving_other(tmp_path, three) as service:
        await_index(service, "outdated")
        assert gauges(service) == {"rebuilding": 0, "outdated": 1}
        assert get(service, "/ask?q=lava")["generation"] == before
        assert "the model other is broken" in get(service, "/status")["rebuild"]


def test_a_rebuild_ends_with_the_service_and_the_next_service_takes_it_up(
    tmp_path: Path, three: Path, index: Path
) -> None:
    before = current_id(index)
    with serving_other(tmp_path, three) as service:
        runs = [one for one in service.worker().children() if "--repair" in one.cmdline()]
        assert runs
        service.process.terminate()
        assert service.process.wait(GRACE) == 0  # which waits for no rebuild
    assert not psutil.wait_procs(runs, timeout=PATIENCE)[1]
    assert current_id(index) == before
    (tmp_path / "go").touch()
    with serving_other(tmp_path, three) as service:
        await_index(service, "ok")
    assert open_generation(index).manifest.model == "other"


@pytest.mark.parametrize("path", ["/", "/status"])
def test_pages_are_shown_meanwhile(tmp_path: Path, three: Path, index: Path, path: str) -> None:
    with serving_other(tmp_path, three) as service:
        address = f"{service.address}{path}"
        page = fetch(address, headers={"Accept": "text/html"}, timeout=PATIENCE)
        assert page.status_code == 200
        assert ("rebuilt with the model other" in page.text) == (path == "/status")
        (tmp_path / "go").touch()
