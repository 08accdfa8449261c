"""Batches of many threads, over work that each test releases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answers.batching import Batches
from tests.waiting import becomes

PATIENCE = 30.0
MOST = 32

Step = Callable[[Sequence[str]], Sequence[str]]


def same(texts: Sequence[str]) -> Sequence[str]:
    return texts


class Gate:
    """Notes what is asked together, holds it until it is let through, and shouts it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.open = threading.Semaphore(0)

    def shout(self, texts: Sequence[str]) -> Sequence[str]:
        self.batches.append(list(texts))
        assert self.open.acquire(timeout=PATIENCE)
        if "bad" in texts:
            raise ValueError("cannot be shouted")
        return [text.upper() for text in texts]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(100) as threads:
        yield threads


def ask_one(batches: Batches[str, Sequence[str], str], text: str) -> str:
    [found] = batches.ask([text])
    return found


def ask_while_busy(
    gate: Gate,
    pool: ThreadPoolExecutor,
    batches: Batches[str, Sequence[str], str],
    texts: Sequence[str],
) -> list[Future[str]]:
    """Ask one thing, and the others once there is work at it."""
    first = pool.submit(ask_one, batches, "first")
    assert becomes(lambda: gate.batches == [["first"]])
    others = []
    for number, text in enumerate(texts, start=1):
        others.append(pool.submit(ask_one, batches, text))
        assert becomes(lambda: len(batches._waiting) == number)  # noqa: B023 - it is called at once
    return [first, *others]


def test_one_that_comes_alone_waits_for_nobody(gate: Gate) -> None:
    gate.open.release()
    assert Batches(gate.shout, same, MOST).ask(["copper"]) == ["COPPER"]
    assert gate.batches == [["copper"]]


def test_those_who_come_meanwhile_are_taken_together_in_order(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    texts = ["a", "b", "c", "d"]
    asked = ask_while_busy(gate, pool, Batches(gate.shout, same, MOST), texts)
    gate.open.release()
    assert becomes(lambda: len(gate.batches) == 2)
    assert asked[0].result(PATIENCE) == "FIRST"
    assert not any(one.done() for one in asked[1:])
    gate.open.release()
    assert [one.result(PATIENCE) for one in asked[1:]] == ["A", "B", "C", "D"]
    assert gate.batches == [["first"], texts]


def test_a_batch_is_prepared_while_another_is_worked_out(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    prepared: list[list[str]] = []

    def prepare(texts: Sequence[str]) -> Sequence[str]:
        prepared.append(list(texts))
        return texts

    batches = Batches(prepare, gate.shout, MOST)
    first = pool.submit(ask_one, batches, "first")
    assert becomes(lambda: gate.batches == [["first"]])
    second = pool.submit(ask_one, batches, "second")
    assert becomes(lambda: prepared == [["first"], ["second"]])
    time.sleep(0.1)  # in which it would be worked out too, if two might be
    assert gate.batches == [["first"]]
    gate.open.release(2)
    assert [one.result(PATIENCE) for one in (first, second)] == ["FIRST", "SECOND"]


def _refuse_bad(texts: Sequence[str]) -> Sequence[str]:
    if "bad" in texts:
        raise ValueError("cannot be shouted")
    return texts


@pytest.mark.parametrize("steps", [(_refuse_bad, same), (same, _refuse_bad)])
def test_a_step_that_fails_is_told_and_holds_up_nobody(
    steps: tuple[Step, Step],
) -> None:
    batches = Batches(*steps, MOST)
    for _ in range(2):
        with pytest.raises(ValueError, match="cannot be shouted"):
            batches.ask(["bad"])
    assert batches.ask(["good"]) == ["good"]


def test_as_many_are_taken_together_as_may_be_and_the_encoder_is_quick_at(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    texts = [f"word{number}" for number in range(71)]
    asked = ask_while_busy(gate, pool, Batches(gate.shout, same, MOST), texts)
    gate.open.release(100)
    assert [one.result(PATIENCE) for one in asked[1:]] == [text.upper() for text in texts]
    assert [len(batch) for batch in gate.batches] == [1, MOST, MOST, 4, 2, 1]
    assert [text for batch in gate.batches[1:] for text in batch] == texts


def test_what_one_thread_asks_at_once_is_worked_out_together(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    batches = Batches(gate.shout, same, MOST)
    first = pool.submit(ask_one, batches, "first")
    assert becomes(lambda: gate.batches == [["first"]])
    several = pool.submit(batches.ask, ["a", "b", "c", "d", "e"])
    assert becomes(lambda: len(batches._waiting) == 5)
    last = pool.submit(ask_one, batches, "last")
    assert becomes(lambda: len(batches._waiting) == 6)
    gate.open.release(100)
    assert several.result(PATIENCE) == ["A", "B", "C", "D", "E"]
    assert [one.result(PATIENCE) for one in (first, last)] == ["FIRST", "LAST"]
    assert gate.batches == [["first"], ["a", "b", "c", "d"], ["e", "last"]]


def test_an_error_about_one_of_several_holds_up_nobody(gate: Gate) -> None:
    batches = Batches(gate.shout, same, 2)
    gate.open.release(100)
    with pytest.raises(ValueError, match="cannot be shouted"):
        batches.ask(["a", "bad", "b"])
    assert batches.ask(["c", "d"]) == ["C", "D"]


def test_an_error_reaches_only_the_one_that_it_is_about(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    batches = Batches(gate.shout, same, MOST)
    before, first, second, after = ask_while_busy(gate, pool, batches, ["a", "bad", "c"])
    gate.open.release(100)
    assert [one.result(PATIENCE) for one in (before, first, after)] == ["FIRST", "A", "C"]
    assert isinstance(second.exception(PATIENCE), ValueError)
    assert gate.batches[:2] == [["first"], ["a", "bad"]]
    assert sorted(gate.batches[2:]) == [["a"], ["bad"], ["c"]]
    assert batches.ask(["d"]) == ["D"], "nobody is thought to be at work any more"


def test_an_error_of_the_one_that_leads_leaves_the_others_theirs(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    _, leader, other = ask_while_busy(gate, pool, Batches(gate.shout, same, MOST), ["bad", "a"])
    gate.open.release(100)
    assert isinstance(leader.exception(PATIENCE), ValueError)
    assert other.result(PATIENCE) == "A"


def test_those_for_whom_it_fails_together_try_at_the_same_time(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    texts = ["bad", "a", "b", "c"]
    asked = ask_while_busy(gate, pool, Batches(gate.shout, same, MOST), texts)
    gate.open.release(2)
    assert becomes(lambda: len(gate.batches) == 6)  # all of them, though none is let through
    assert sorted(gate.batches[2:]) == [["a"], ["b"], ["bad"], ["c"]]
    gate.open.release(100)
    assert [one.result(PATIENCE) for one in asked[2:]] == ["A", "B", "C"]


def test_one_at_a_time_is_a_choice(gate: Gate, pool: ThreadPoolExecutor) -> None:
    asked = ask_while_busy(gate, pool, Batches(gate.shout, same, 1), ["a", "b"])
    gate.open.release(100)
    assert [one.result(PATIENCE) for one in asked] == ["FIRST", "A", "B"]
    assert gate.batches == [["first"], ["a"], ["b"]]


@given(st.lists(st.text(max_size=5), min_size=1, max_size=40))
def test_each_of_many_threads_gets_what_is_its_own(texts: list[str]) -> None:
    batches = Batches[str, Sequence[str], str](
        lambda asked: [text * 2 for text in asked], same, MOST
    )
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(partial(ask_one, batches), texts)) == [text * 2 for text in texts]
