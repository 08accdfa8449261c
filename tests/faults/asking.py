"""A client that asks questions all the time, in a thread, and counts what is not answered."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx

from tests.server import Running, fetch

_PAUSE = 0.2  # seconds between two questions
_PATIENCE = 60.0


class Asking:
    """Asks the present service from its start to its end, except while it is paused."""

    def __init__(self, service: Callable[[], Running], questions: Sequence[str]) -> None:
        self._service = service
        self._questions = questions
        self._over = threading.Event()
        self._turn = threading.Lock()  # held by a question, or while it is paused
        self._thread = threading.Thread(target=self._ask_all, daemon=True)
        self.answered = 0
        self.failed: Counter[str] = Counter()

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(_PATIENCE)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Ask nothing, since the service is about to be killed."""
        with self._turn:
            yield

    def _ask_all(self) -> None:
        for question in itertools.cycle(self._questions):
            if self._over.wait(_PAUSE):
                return
            with self._turn:
                self._ask(question)

    def _ask(self, question: str) -> None:
        address = f"http://127.0.0.1:{self._service().port}/ask"
        try:
            reply = fetch(address, params={"q": question}, timeout=_PATIENCE)
        except httpx.TransportError as error:
            self.failed[f"{question}: {error!r}"] += 1
            return
        if reply.status_code == 200 and reply.json()["passages"]:
            self.answered += 1
        else:
            self.failed[f"{question}: {reply.status_code}"] += 1
