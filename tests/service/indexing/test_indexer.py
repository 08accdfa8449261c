from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from service.indexing import indexer as indexer_module
from service.indexing.indexer import Indexer, RunFailed, index_apart
from service.schemas.runs import ReportReply
from service.settings.settings import load_settings
from tests.fakes import write_files
from tests.waiting import becomes

REPORT = ReportReply(
    generation="g",
    published=True,
    finished="",
    counts={},
    passages=0,
    deleted=[],
    with_network=False,
    files=[],
)


def test_who_asks_during_a_run_shares_the_next() -> None:
    begun, go = threading.Semaphore(0), threading.Semaphore(0)
    runs = []

    def run() -> ReportReply:
        runs.append(1)
        begun.release()
        go.acquire(timeout=60)
        return REPORT

    indexer = Indexer(run)
    first = indexer.request()
    assert begun.acquire(timeout=60)
    second, third = indexer.request(), indexer.request()
    assert first is not second
    assert second is third
    go.release(2)
    assert [one.result(60) for one in (first, second)] == [REPORT, REPORT]
    assert len(runs) == 2


def test_a_run_that_fails_says_why_and_the_next_is_made() -> None:
    fails = iter([True, False])

    def run() -> ReportReply:
        if next(fails):
            raise RunFailed("no room")
        return REPORT

    indexer = Indexer(run)
    with pytest.raises(RunFailed, match="no room"):
        indexer.request().result(60)
    assert indexer.request().result(60) == REPORT


def test_without_a_thread_the_run_fails_and_the_next_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    indexer = Indexer(lambda: REPORT)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RunFailed, match="can't start new thread"):
            indexer.request().result(60)
    assert indexer.request().result(60) == REPORT


def test_a_process_that_the_system_refuses_is_a_run_that_failed(
    tmp_path: Path,
) -> None:
    settings = load_settings(documents=tmp_path, index=tmp_path)
    with pytest.raises(RunFailed, match="No such file"):
        index_apart(settings, "default", [str(tmp_path / "gone")])


def test_what_the_command_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    settings = load_settings(documents=write_files(tmp_path / "d", {"a.png": "x"}), index=tmp_path)
    with pytest.raises(RunFailed, match="is not a Pincite index"):
        index_apart(settings, "default")


STOPS = "import os, signal, time; os.kill(os.getpid(), signal.SIGSTOP); print('{')"
GOES_ON = f"""
import os, signal, subprocess, sys
parent = str(os.getpid())
subprocess.Popen(["sh", "-c", "sleep 1; kill -CONT " + parent], stdout=-3, stderr=-3)
{STOPS}
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [(STOPS, "its process was stopped for .* seconds, and was killed"), (GOES_ON, "malformed")],
)
def test_a_run_that_stands_still_is_given_up_unless_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    monkeypatch.setattr(indexer_module, "_LOOK", 0.5 if program == STOPS else 5.0)
    settings = load_settings(documents=tmp_path, index=tmp_path)
    with pytest.raises(RunFailed, match=said):
        index_apart(settings, "default", [sys.executable, "-c", program])


def test_a_run_that_failed_is_made_again() -> None:
    fails = iter([True, True])
    done = threading.Event()

    def run() -> ReportReply:
        if next(fails, False):
            raise RunFailed("no room")
        done.set()
        return REPORT

    indexer = Indexer(run, pause=0.01)
    with pytest.raises(RunFailed):
        indexer.request().result(60)
    assert indexer.failure == "no room"
    assert done.wait(60)
    assert indexer.request().result(60) == REPORT
    assert indexer.failure is None


def test_a_run_that_something_else_makes_is_shared_until_it_has_begun() -> None:
    begin, end = threading.Event(), threading.Event()
    other = REPORT.model_copy(update={"generation": "other"})

    def wait_for_end() -> ReportReply:
        assert end.wait(60)
        return other

    indexer = Indexer(lambda: REPORT)
    indexer.follow(begin.wait, wait_for_end)
    shared = indexer.request()
    begin.set()
    assert becomes(lambda: indexer.request() is not shared)
    later = indexer.request()
    end.set()
    assert (shared.result(60), later.result(60)) == (other, REPORT)


def test_a_failure_before_the_service_began_is_made_good() -> None:
    def fail() -> ReportReply:
        raise RunFailed("another process writes")

    runs = []
    indexer = Indexer(lambda: runs.append(1) or REPORT)  # type: ignore[func-returns-value]
    indexer.follow(bool, fail)
    assert becomes(lambda: bool(runs) and indexer.failure is None)
