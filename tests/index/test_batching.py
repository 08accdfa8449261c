"""Questions of many threads, over an encoder that runs only when it is let."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.batching import QuestionBatches, QuestionVectors
from index.embedding import BATCH, Vectors
from index.generation import open_generation
from tests.fakes import FakeEmbedder

PATIENCE = 30.0


class Gate(FakeEmbedder):
    """Notes each batch and holds it until it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.open = threading.Semaphore(0)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        assert self.open.acquire(timeout=PATIENCE)
        if "bad" in texts:
            raise ValueError("cannot be embedded")
        return super().embed_questions(texts)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(100) as threads:
        yield threads


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.001)
    assert happened()


def ask_while_busy(
    gate: Gate, pool: ThreadPoolExecutor, batches: QuestionBatches, texts: Sequence[str]
) -> list[Future[Vectors]]:
    """Ask one question, and the others once the encoder runs for it."""
    first = pool.submit(batches.embed, "first")
    until(lambda: gate.batches == [["first"]])
    others = []
    for number, text in enumerate(texts, start=1):
        others.append(pool.submit(batches.embed, text))
        until(lambda: len(batches._waiting) == number)  # noqa: B023 - it is called at once
    return [first, *others]


def expected(text: str) -> list[float]:
    vector: list[float] = FakeEmbedder().embed_questions([text])[0].tolist()
    return vector


def test_a_question_alone_does_not_wait_for_company(gate: Gate) -> None:
    gate.open.release()
    assert QuestionBatches(gate).embed("copper").tolist() == expected("copper")
    assert gate.batches == [["copper"]]


def test_those_who_come_while_the_encoder_runs_are_taken_together_in_order(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    texts = ["a", "b", "c", "d"]
    asked = ask_while_busy(gate, pool, QuestionBatches(gate), texts)
    gate.open.release()
    until(lambda: len(gate.batches) == 2)
    assert asked[0].result(PATIENCE).tolist() == expected("first")
    assert not any(one.done() for one in asked[1:])
    gate.open.release()
    assert [one.result(PATIENCE).tolist() for one in asked[1:]] == [
        expected(text) for text in texts
    ]
    assert gate.batches == [["first"], texts]


def test_batches_are_of_few_sizes_and_none_is_larger_than_the_encoder_takes(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    texts = [f"word{number}" for number in range(2 * BATCH + 7)]
    asked = ask_while_busy(gate, pool, QuestionBatches(gate), texts)
    gate.open.release(100)
    assert [one.result(PATIENCE).tolist() for one in asked[1:]] == [
        expected(text) for text in texts
    ]
    assert [len(batch) for batch in gate.batches] == [1, BATCH, BATCH, 4, 2, 1]
    assert [text for batch in gate.batches[1:] for text in batch] == texts


def test_an_error_reaches_those_who_shared_the_batch_and_nobody_else(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    batches = QuestionBatches(gate)
    before, first, second, after = ask_while_busy(gate, pool, batches, ["a", "bad", "c"])
    gate.open.release(100)
    assert before.result(PATIENCE).tolist() == expected("first")
    assert after.result(PATIENCE).tolist() == expected("c")
    for one in (first, second):
        assert isinstance(one.exception(PATIENCE), ValueError)
    assert batches.embed("a").tolist() == expected("a"), "an error is not kept"


def test_a_vector_is_made_once(gate: Gate) -> None:
    gate.open.release()
    batches = QuestionBatches(gate)
    assert batches.embed("copper") is batches.embed("copper")


def test_each_encoder_keeps_its_own_vectors(index: Path) -> None:
    class Encoders(FakeEmbedder):
        def reopen(self, generation: object) -> FakeEmbedder:
            return current

    generation = open_generation(index)
    vectors, current = QuestionVectors(Encoders()), FakeEmbedder()
    first = vectors.of("copper", generation)
    assert vectors.of("copper", generation) is first
    current = FakeEmbedder()
    assert vectors.of("copper", generation) is not first


@given(st.lists(st.text(max_size=5), min_size=1, max_size=40))
def test_each_of_many_threads_gets_the_vector_of_its_own_question(texts: list[str]) -> None:
    batches = QuestionBatches(FakeEmbedder())
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(batches.embed, texts))
    assert np.array_equal(found, [expected(text) for text in texts])
