from __future__ import annotations

from pathlib import Path

from service.indexing.restless import Restless

LOG, NOTE = Path("log.txt"), Path("note.txt")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_that_grows_counts_as_changed_less_and_less_often() -> None:
    clock = Clock()
    restless = Restless(clock)
    counted = []
    for second in range(300):
        clock.now = second
        if restless.pass_on({LOG}):
            counted.append(second)
    assert counted == [0, 2, 6, 14, 30, 62, 122, 182, 242]


def test_its_last_change_counts_and_then_it_is_a_file_like_any_other() -> None:
    clock = Clock()
    restless = Restless(clock)
    assert restless.pass_on({LOG}) == {LOG}
    assert restless.pass_on({LOG}) == set()
    clock.now = 2
    assert restless.pass_on(()) == {LOG}
    clock.now = 6
    assert restless.pass_on(()) == set()
    assert restless.pass_on({LOG}) == {LOG}


def test_a_restless_file_holds_back_no_other() -> None:
    restless = Restless(Clock())
    assert restless.pass_on({LOG}) == {LOG}
    assert restless.pass_on({LOG, NOTE}) == {NOTE}
