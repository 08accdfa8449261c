"""Accidents around a service with a sound index: it answers, says what is wrong, and mends it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from filelock import FileLock

from tests.fakes import build, write_files
from tests.inotify import can_lower_limits, without_inotify
from tests.server import Running, environment, fetch, free_port, pincite, running
from tests.waiting import becomes

PATIENCE = 120.0  # seconds; only how long a broken service is waited for
QUICK = "import service.indexing.indexer as indexer\nindexer._PAUSE = 0.5\n"
WATCHED = {"PINCITE_WATCH": "true"}


def get(service: Running, path: str) -> httpx.Response:
    return fetch(f"{service.address}{path}", timeout=60)


def ready(service: Running) -> dict[str, Any]:
    reply: dict[str, Any] = get(service, "/readyz").json()
    return reply


def metrics(service: Running) -> str:
    return get(service, "/metrics").text


def _first_path(service: Running, question: str) -> str:
    path: str = get(service, f"/ask?q={question}").json()["passages"][0]["source"]["path"]
    return path


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_sound_index_answers_without_its_documents_and_catches_up(
    tmp_path: Path, three: Path
) -> None:
    build(three, tmp_path / "index")
    three.rename(tmp_path / "away")
    three.mkdir()
    with running(tmp_path, first=QUICK) as service:
        assert get(service, "/ask?q=lava").json()["passages"]
        found = ready(service)
        assert (found["status"], found["index"]) == ("ready", "behind")
        assert "the documents folder is empty" in found["detail"]
        assert 'pincite_index_behind{collection="default"} 1.0' in get(service, "/metrics").text
        write_files(tmp_path / "away", {"comet.txt": "Comet Zorvan passed in the year 1654."})
        three.rmdir()
        (tmp_path / "away").rename(three)
        assert becomes(lambda: ready(service)["index"] == "ok")
        assert becomes(lambda: _first_path(service, "comet") == "comet.txt")


def test_a_sound_index_answers_while_another_run_writes(tmp_path: Path, three: Path) -> None:
    build(three, tmp_path / "index")
    lock = FileLock(tmp_path / "index" / "lock")
    with lock, running(tmp_path) as service:
        assert get(service, "/ask?q=lava").json()["passages"]
        assert ready(service)["index"] == "behind"
        lock.release()
        assert becomes(lambda: ready(service)["index"] == "ok")


def test_an_index_that_goes_while_it_is_served_is_named(tmp_path: Path, three: Path) -> None:
    with running(tmp_path) as service:
        assert "pincite_disk_free_bytes{" in get(service, "/metrics").text
        shutil.rmtree(tmp_path / "index")
        assert becomes(lambda: ready(service)["index"] == "unavailable")
        reply = get(service, "/readyz")
        assert reply.status_code == 200
        assert "index does not exist" in reply.json()["detail"]
        assert get(service, "/metrics").status_code == 200
        assert get(service, "/status").status_code == 200


def test_an_index_that_is_moved_is_missed_by_name_and_found_again_when_it_is_back(
    tmp_path: Path, three: Path
) -> None:
    with running(tmp_path, settings=WATCHED, first=QUICK) as service:
        (tmp_path / "index").rename(tmp_path / "away")
        write_files(three, {"comet.txt": "Comet Zorvan passed in the year 1654."})
        assert becomes(lambda: ready(service)["index"] == "unavailable")
        assert "index does not exist; if it was moved, move it back" in ready(service)["detail"]
        assert becomes(lambda: 'pincite_index_behind{collection="default"} 1.0' in metrics(service))
        assert 'pincite_index_unavailable{collection="default"} 1.0' in metrics(service)
        assert get(service, "/ask?q=lava").json()["passages"]
        assert not (tmp_path / "index").exists()  # the edit has not built another one there
        (tmp_path / "away").rename(tmp_path / "index")
        assert becomes(lambda: ready(service)["index"] == "ok")
        assert 'pincite_index_unavailable{collection="default"} 0.0' in metrics(service)
        assert becomes(lambda: _first_path(service, "comet") == "comet.txt")


@contextmanager
def log_that_fails(how: str) -> Iterator[int]:
    """Open a file on a full disk, or a pipe without a reader, for writing."""
    if how == "full disk":
        writing = os.open("/dev/full", os.O_WRONLY)
    else:
        reading, writing = os.pipe()
        os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize("how", ["full disk", "closed pipe"])
def test_a_refused_watch_is_named_and_begins_once_it_can_also_if_the_log_fails(
    tmp_path: Path, three: Path, how: str
) -> None:
    if not can_lower_limits():
        pytest.skip("this system lets no process make user namespaces")
    limited = tmp_path / "limited"
    limited.touch()
    within = without_inotify("max_inotify_instances", while_exists=limited)
    refused = (
        "import service.indexing.watching as watching\n"
        f"watching._PAUSE, watching._COMMAND = 0.5, (*{within!r}, *watching._COMMAND)\n"
    )
    with (
        log_that_fails(how) as log,
        running(tmp_path, settings=WATCHED, first=refused, log=log) as service,
    ):
        assert becomes(lambda: ready(service)["watch"] == "failing")
        assert "raise fs.inotify.max_user_instances" in ready(service)["detail"]
        assert "pincite_watch_failing 1.0" in metrics(service)
        limited.unlink()
        assert becomes(lambda: ready(service)["watch"] == "ok")
        write_files(three, {"comet.txt": "Comet Zorvan passed in the year 1654."})
        assert becomes(lambda: _first_path(service, "comet") == "comet.txt")
        service.process.terminate()
        assert service.process.wait(PATIENCE) == 0


def watch_of(service: Running) -> psutil.Process:
    [watch] = [
        one
        for one in psutil.Process(service.process.pid).children(recursive=True)
        if "folder_changes" in " ".join(one.cmdline())
    ]
    return watch


def test_a_watch_that_is_killed_is_started_again(tmp_path: Path, three: Path) -> None:
    with running(tmp_path, settings=WATCHED) as service:
        assert ready(service)["watch"] == "ok"
        watch_of(service).kill()
        assert becomes(lambda: "pincite_watch_restarts_total 1.0" in metrics(service))
        assert becomes(lambda: ready(service)["watch"] == "ok")
        write_files(three, {"comet.txt": "Comet Zorvan passed in the year 1654."})
        assert becomes(lambda: _first_path(service, "comet") == "comet.txt")


IMPATIENT = (
    "import service.indexing.watching as watching\n"
    "watching._BEAT, watching._PAUSE, watching._LONGEST_PAUSE = 2, 5, 5\n"
)


def test_a_watch_that_stands_still_is_named_and_started_again(tmp_path: Path, three: Path) -> None:
    with running(tmp_path, settings=WATCHED, first=IMPATIENT) as service:
        assert ready(service)["watch"] == "ok"
        watch = watch_of(service)
        watch.suspend()
        assert becomes(lambda: ready(service)["watch"] == "failing")
        assert "it gave no sign of life for" in ready(service)["detail"]
        assert becomes(lambda: ready(service)["watch"] == "ok")
        assert not watch.is_running()
        write_files(three, {"comet.txt": "Comet Zorvan passed in the year 1654."})
        assert becomes(lambda: _first_path(service, "comet") == "comet.txt")


def test_children_end_with_the_process_that_started_them(tmp_path: Path, three: Path) -> None:
    with running(tmp_path, settings=WATCHED) as service:
        children = psutil.Process(service.process.pid).children(recursive=True)
        assert len(children) >= 2
        service.process.kill()
        assert becomes(lambda: not any(one.is_running() for one in children))
        assert is_free(service.port)


def test_a_second_service_on_a_port_is_refused_before_it_indexes(
    tmp_path: Path, three: Path
) -> None:
    with running(tmp_path) as service:
        done = serve(tmp_path, three, service.port, "other")
        assert done.returncode == 2
        assert f"cannot serve on 127.0.0.1:{service.port}: " in done.stderr
        assert not (tmp_path / "other").exists()


def test_what_a_worker_cannot_open_is_said_in_one_line(tmp_path: Path, three: Path) -> None:
    build(three, tmp_path / "index")
    write_files(tmp_path, {"calibration.json": "{}"})
    settings = {"PINCITE_CALIBRATION": str(tmp_path / "calibration.json")}
    done = serve(tmp_path, three, free_port(), "index", settings)
    assert done.returncode == 2
    assert "calibration.json is not a calibration" in done.stderr.splitlines()[-1]
    assert "answers at" not in done.stderr
    assert "Traceback" not in done.stderr


def serve(
    folder: Path, documents: Path, port: int, index: str, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*pincite(fake=True), "serve", "--port", str(port),
         "--documents", str(documents), "--index", str(folder / index)],
        cwd=folder, env=environment() | (settings or {}), text=True, check=False,
        capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
