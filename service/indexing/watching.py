"""Keeping indexes in step with their folders: on every change, and after a while in any case."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from service.indexing.folder_changes import ALIVE, WATCHING
from service.indexing.indexer import Indexer

_COMMAND = (
    sys.executable, "-P", "-c", "from service.indexing.folder_changes import main; main()",
)  # fmt: skip
_PAUSE = 1.0  # seconds until a watch that ended is started again, at first
_LONGEST_PAUSE = 300.0  # the pause is doubled each time, up to this
_STEADY = 60.0  # seconds after which a watch counts as one that runs
_BEAT = 10.0  # seconds in which a watch that has begun gives several signs of life
_BEATS = 6  # without one, after which it counts as one that stands still


class Watching:
    """Watches folders in another process, and has their indexes updated.

    A watch that ends is started again, and so is one that stands still, which is killed. Until then
    `failure` says why, and the indexes are updated every `seconds` all the same, as they are where
    the system reports no changes: on a network's disk, or at a URL.
    """

    def __init__(
        self,
        folders: Mapping[str, Path | str],
        indexers: Mapping[str, Indexer],
        seconds: float,
        logger: logging.Logger,
    ) -> None:
        self._places = [
            os.fsencode(f"{name}={folder}")
            for name, folder in folders.items()
            if isinstance(folder, Path)
        ]
        self._indexers = indexers
        self._seconds = seconds
        self._logger = logger
        self._patience = _BEATS
        self._silence = ""
        self.failure: str | None = None
        self.restarts = 0
        for work in (self._update_in_time, self._keep_watching):
            threading.Thread(target=work, name="pincite-watch", daemon=True).start()

    def _update_in_time(self) -> None:
        while True:
            time.sleep(self._seconds)
            self._update_all()

    def _update_all(self) -> None:
        for indexer in self._indexers.values():
            indexer.request()

    def _keep_watching(self) -> None:
        pause = _PAUSE
        while True:
            began = time.monotonic()
            try:
                self.failure = self._watch()
            except Exception as error:  # without this thread, nothing would start the watch again
                self.failure = str(error) or type(error).__name__
            self.restarts += 1
            if time.monotonic() - began > _STEADY:
                pause = _PAUSE
            self._logger.error(
                "the watch of the documents ended: %s; it is started again in %g seconds",
                self.failure,
                pause,
            )
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _watch(self) -> str:
        """Watch until the other process ends; return why it ended."""
        try:
            process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                [*_COMMAND, *self._places],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            return f"its process cannot be started: {error.strerror}"
        self._silence, heard = "", threading.Event()
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            threading.Thread(
                target=self._end_if_silent, args=(process, heard), name="pincite-watch", daemon=True
            ).start()
            for line in process.stdout:
                heard.set()
                self._note(line.decode().rstrip("\n"))
            lines = process.stderr.read().decode(errors="replace").strip().splitlines()
        ended = lines[-1] if lines else f"its process ended with status {process.returncode}"
        return self._silence or ended

    def _end_if_silent(self, process: subprocess.Popen[bytes], heard: threading.Event) -> None:
        """Kill a watch that gives no sign of life.

        Several short waits stand for a long one: when a whole machine or terminal was stopped, one
        of them is over at once, and then the watch has time to go on.
        """
        missed = 0
        while process.poll() is None:
            missed = 0 if heard.wait(_BEAT) else missed + 1
            heard.clear()
            if missed == self._patience:
                seconds = missed * _BEAT
                self.failure = self._silence = f"it gave no sign of life for {seconds:g} seconds"
                self._patience *= 2  # a watch of very many folders may take so long to begin
                process.kill()

    def _note(self, name: str) -> None:
        if name == WATCHING:
            self.failure, self._patience = None, _BEATS
            self._update_all()  # what changed before was not seen
        elif name != ALIVE:
            self._indexers[name].request()
