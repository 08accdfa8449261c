"""A build that is refused disk, files or memory says so in one line; the next one goes on."""

from __future__ import annotations

import resource

import pytest

from tests.faults.killed import can_trace
from tests.faults.shortages import REFUSALS, Bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("shortages"))


@pytest.mark.parametrize("call", REFUSALS)
def test_a_call_that_is_refused_ends_a_build_in_one_line(bench: Bench, call: str) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or may not trace other processes here")
    count = bench.count(call)
    if not count:
        pytest.skip(f"no {call} is made on this system")
    found = [bench.refuse(call, number) for number in {1, 1 + count // 3, 1 + 2 * count // 3}]
    assert None not in found  # each was refused
    assert any(outcome != "ended well" for outcome in found)


@pytest.mark.parametrize(
    ("limit", "most", "told"),
    [
        (resource.RLIMIT_NOFILE, 12, "Too many open files"),
        (resource.RLIMIT_NOFILE, 20, "Too many open files"),
        (resource.RLIMIT_FSIZE, 0, "File too large"),
        (resource.RLIMIT_FSIZE, 1000, "catalog.sqlite cannot be written"),
        (resource.RLIMIT_AS, 0, "memory"),
        (resource.RLIMIT_AS, 8 << 20, ""),
    ],
)
def test_a_build_that_meets_a_limit_of_the_system_says_which(
    bench: Bench, limit: int, most: int, told: str
) -> None:
    outcome = bench.limit(limit, most)
    assert outcome != "ended well"
    assert told in outcome
