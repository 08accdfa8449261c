"""Times of stages that call one another: each second counts for the innermost stage."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Spent:
    """Seconds of processor time, and seconds in which the thread waited, of so many calls."""

    calls: int = 0
    processor: float = 0.0
    waiting: float = 0.0


@dataclass(slots=True)
class _Frame:
    wall: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=time.thread_time)
    inner_wall: float = 0.0
    inner_processor: float = 0.0


class Stopwatch:
    """Adds up what each stage spends, in all threads.

    Processor time is that of the calling thread: threads that a library starts count as waiting.
    """

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = defaultdict(Spent)
        self._frames = threading.local()
        self._lock = threading.Lock()

    def take(self) -> dict[str, Spent]:
        """Return what was spent since the last call, by stage."""
        with self._lock:
            taken, self._spent = dict(self._spent), defaultdict(Spent)
        return taken

    def timed(self, stage: str, work: Callable[P, R]) -> Callable[P, R]:
        """Return the function with its time counted for a stage."""

        @wraps(work)
        def run(*arguments: P.args, **named: P.kwargs) -> R:
            stack: list[_Frame] = self._frames.__dict__.setdefault("stack", [])
            frame = _Frame()
            stack.append(frame)
            try:
                return work(*arguments, **named)
            finally:
                stack.pop()
                self._count(stage, frame, stack)

        return run

    def patch(self, stage: str, owner: Any, *names: str) -> None:
        """Count functions of a module or methods of a class for a stage."""
        for name in names:
            setattr(owner, name, self.timed(stage, getattr(owner, name)))

    def _count(self, stage: str, frame: _Frame, stack: list[_Frame]) -> None:
        wall = time.perf_counter() - frame.wall
        processor = time.thread_time() - frame.processor
        if stack:
            stack[-1].inner_wall += wall
            stack[-1].inner_processor += processor
        own = processor - frame.inner_processor
        with self._lock:
            spent = self._spent[stage]
            spent.calls += 1
            spent.processor += own
            spent.waiting += max(0.0, wall - frame.inner_wall - own)
