"""Work that is divided among workers of Ray, and workers that fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from index import ClusterError
from index.cluster.connection import connected
from index.cluster.execution import Executor, Pool, Rows

pytestmark = pytest.mark.skipif(
    find_spec("ray") is None, reason="the extra cluster is not installed"
)


class Doubler:
    def __call__(self, rows: Rows) -> Rows:
        return {"doubled": [2 * number for number in rows["numbers"]]}


class Killed:
    def __call__(self, rows: Rows) -> Rows:
        os._exit(1)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with connected("local", 2, "CPU") as count:
        assert count == 2
        yield Executor("local", count)


def test_rows_come_in_their_order(executor: Executor) -> None:
    for count in (100, 10):
        rows = [{"numbers": number} for number in range(count)]
        found = executor.execute(rows, Pool(Doubler, (), parts=10, at_once=3))
        doubled = [int(number) for part in found for number in part["doubled"]]
        assert doubled == list(range(0, 2 * count, 2))


def test_workers_that_die_again_and_again_end_in_one_line(executor: Executor) -> None:
    with pytest.raises(ClusterError, match=r"^the cluster local failed: .*actor died") as said:
        list(executor.execute([{"numbers": 1}], Pool(Killed, (), parts=1, retries=1)))
    assert "\n" not in str(said.value)
