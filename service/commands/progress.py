"""A progress bar on a terminal; elsewhere a line from time to time."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.console import say


class ProgressBar:
    """A progress bar on standard error, shown from the first step to the last.

    In a file or a pipe, such as the log of a container, or `in_lines`, for several processes at
    once, it is a line every `seconds`.
    """

    def __init__(
        self,
        what: str = "Indexing",
        unit: str = "texts",
        *,
        seconds: float = 10.0,
        in_lines: bool = False,
    ) -> None:
        self._what, self._unit, self._seconds = what, unit, seconds
        self._told = time.monotonic()
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=in_lines or not console.is_interactive,
        )
        self._task = self._bar.add_task(what, total=None, rate="")

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if self._bar.disable:
            self._tell(done, total)
            return
        speed = self._bar.tasks[0].speed
        rate = f"{speed:.0f} {self._unit}/s" if speed else ""
        self._bar.update(self._task, completed=done, total=total, rate=rate)
        if done < total:
            self._bar.start()
        else:
            self._bar.stop()

    def _tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - self._told >= self._seconds:
            self._told = now
            say(f"{self._what}: {done:,} of {total:,} {self._unit}")
