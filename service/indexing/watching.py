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

from service.indexing.folder_changes import WATCHING
from service.indexing.indexer import Indexer

_COMMAND = (
    sys.executable, "-P", "-c", "from service.indexing.folder_changes import main; main()",
)  # fmt: skip
_PAUSE = 1.0  # seconds until a watch that ended is started again, at first
_LONGEST_PAUSE = 300.0  # the pause is doubled each time, up to this
_STEADY = 60.0  # seconds after which a watch counts as one that runs


class Watching:
    """Watches folders in another process, and has their indexes updated.

    A watch that ends is started again. Until then `failure` says why it ended, and the indexes are
    updated every `seconds` all the same, as they are where the system reports no changes: on a
    network's disk, or at a URL.
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
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            for line in process.stdout:
                self._note(line.decode().rstrip("\n"))
            lines = process.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"its process ended with status {process.returncode}"

    def _note(self, name: str) -> None:
        if name == WATCHING:
            self.failure = None
            self._update_all()  # what changed before was not seen
        else:
            self._indexers[name].request()
