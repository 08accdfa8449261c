"""A process that brings one collection after another up to date, with one open model."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection

from index import IndexFolder, IndexMismatch, PinciteError, Report
from service.commands.apart import CONTEXT, end_with
from service.commands.building import say_prompts
from service.commands.preparing import update_or_rebuild
from service.commands.progress import ProgressBar
from service.indexing.preparation import Step
from service.schemas.runs import report_reply
from service.settings.settings import Settings
from service.wiring.models import OpenRecipe, shared_recipe

_ENDING = 10.0  # seconds that it may take to stop
_NICE = 5  # it gives way to the service, which starts and answers meanwhile
_TOLD_EVERY = 0.5  # seconds between two steps that say how much is embedded

Said = tuple[Step, Report | None]


class Builder:
    """A process that brings up to date what it is told; the collection that kills it fails."""

    def __init__(self, settings: Settings, recipe_of: OpenRecipe) -> None:
        self._settings = settings
        self._name = ""
        self.connection, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(
            target=_build_all, args=(settings, recipe_of, theirs, os.getpid())
        )
        self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether it can begin another collection."""
        return not self.connection.closed

    def begin(self, name: str) -> None:
        """Let it bring a collection up to date."""
        self._name = name
        with suppress(OSError):  # it has ended, which `receive` says
            self.connection.send(name)

    def receive(self) -> Said:
        """Return the next step, and the report after the last one."""
        try:
            said: Said = self.connection.recv()
        except (EOFError, OSError):
            self.stop()
            status = self._process.exitcode
            reason = f"the process that indexed it ended with status {status}"
            return _failed(self._settings, self._name, reason), None
        return said

    def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        self.connection.close()
        self._process.terminate()
        self._process.join(_ENDING)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


def _build_all(
    settings: Settings, recipe_of: OpenRecipe, connection: Connection, parent: int
) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end_with(parent)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    recipe_of = shared_recipe(recipe_of)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        say_prompts(settings, recipe_of)
        while True:
            connection.send(_build(settings, connection.recv(), recipe_of, connection))


def _build(settings: Settings, name: str, recipe_of: OpenRecipe, connection: Connection) -> Said:
    own = settings.collection(name)
    told = time.monotonic()
    with ProgressBar(f"Indexing {name}", in_lines=True) as bar:

        def progress(done: int, total: int) -> None:
            nonlocal told
            bar(done, total)
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                connection.send((Step(name, "embeds", done, total), None))

        try:
            report = update_or_rebuild(own, progress, recipe_of, reading=_say_nothing)
        except IndexMismatch as error:
            return Step(name, "refused", failure=str(error)), None
        except (PinciteError, OSError) as error:
            return _failed(settings, name, str(error)), None
    if report is None:
        return Step(name, "behind", failure="it is rebuilt with another model"), None
    return Step(name, "ready", report=report_reply(report)), report


def _say_nothing(_: int, __: int) -> None:
    """Show nothing: of several collections, the progress of embedding is enough."""


def _failed(settings: Settings, name: str, reason: str) -> Step:
    published = IndexFolder(settings.collection(name).index).ids()
    return Step(name, "behind" if published else "missing", failure=reason)
