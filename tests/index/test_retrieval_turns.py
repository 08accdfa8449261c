"""How many questions are ranked at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index import Query, Retriever
from index.candidates import Candidates, gather_candidates
from index.generation import open_generation
from tests.fakes import FakeEmbedder


def test_no_more_questions_are_compared_at_once_than_there_are_cores(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    retriever, generation = Retriever(FakeEmbedder()), open_generation(index)
    lock, at_once, most = threading.Lock(), 0, 0

    def gather_slowly(*arguments: Any) -> Candidates | None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)
        with lock:
            at_once -= 1
        return gather_candidates(*arguments)

    monkeypatch.setattr("index.retrieval.gather_candidates", gather_slowly)
    with ThreadPoolExecutor(8) as threads:
        found = list(
            threads.map(lambda n: retriever.search(Query(f"lava {n}"), generation), range(8))
        )
    assert all(found)
    assert most == 2
