"""A process may be killed at any moment: nothing is lost and nothing is half done."""

from __future__ import annotations

import pytest

from tests.faults.killed import can_trace
from tests.faults.kills import CALLS, Ground, kill_at_random, kill_here_and_there


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("kills"))


def test_a_process_that_is_killed_at_any_moment_loses_nothing(ground: Ground) -> None:
    assert kill_at_random(ground, times=12, seed=1).total() == 12


@pytest.mark.parametrize("call", CALLS)
def test_a_process_that_is_killed_before_any_call_to_the_disk_loses_nothing(
    ground: Ground, call: str
) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or may not trace other processes here")
    kills, fired = kill_here_and_there(ground, call, times=3)
    if not kills:
        pytest.skip(f"no {call} is made on this system")
    assert fired == kills
