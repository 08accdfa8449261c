from __future__ import annotations

import gc
import logging
import threading
from pathlib import Path

import pytest

from index import IndexFolder, LiveIndex
from index.generation.folder import current_id
from service.answers.refreshing import keep_fresh
from tests.fakes import MODEL, build, write_files
from tests.waiting import becomes


def test_a_new_generation_answers_soon_without_being_asked_to(
    three: Path, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = live.generation.id
    keep_fresh(live, logging.getLogger("test"))
    write_files(three, {"new.txt": "A comet passed."})
    build(three, index)
    assert becomes(lambda: live.generation.id == current_id(index) != before)

    healthy, pointer = live.generation.id, index / "CURRENT"
    pointer.write_text("nowhere\n")
    assert becomes(lambda: "still answering from" in caplog.text)
    assert live.generation.id == healthy
    write_files(three, {"newer.txt": "The comet came back."})
    pointer.write_text(healthy + "\n")
    build(three, index)
    assert becomes(lambda: live.generation.id == current_id(index) != healthy)


class Unlucky(LiveIndex):
    """Has no memory to look for a generation while it `fails`."""

    fails = False

    def refresh(self) -> bool:
        if self.fails:
            raise MemoryError
        return super().refresh()


def test_whatever_goes_wrong_once_the_next_generation_is_found(
    three: Path, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live, logger = Unlucky(IndexFolder(index), MODEL), logging.getLogger("test.unlucky")

    def told() -> list[str]:
        return [one.message for one in caplog.records if one.name == logger.name]

    live.fails = True
    keep_fresh(live, logger)
    assert becomes(lambda: len(told()) > 1)
    live.fails = False
    assert set(told()) == {"the search for a new generation failed"}
    build(write_files(three, {"new.txt": "A comet passed."}), index)
    assert becomes(lambda: live.generation.id == current_id(index))


def test_it_ends_with_what_it_keeps_fresh(index: Path) -> None:
    live = LiveIndex(IndexFolder(index), MODEL)
    before = set(threading.enumerate())
    keep_fresh(live, logging.getLogger("test"))
    [thread] = set(threading.enumerate()) - before
    del live
    gc.collect()
    thread.join(30)
    assert not thread.is_alive()
