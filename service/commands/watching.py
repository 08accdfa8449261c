"""Keeping an index in step with a folder: on every change, and after a while in any case."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click
from watchfiles import Change, watch

from index import PinciteError
from service.commands.running import print_error
from service.indexing.indexer import index_apart
from service.schemas.runs import ReportReply
from service.settings.settings import Settings

_LOOK_MS = 1000  # how often it is seen whether time is up or the server has ended


def watch_collections(settings: Settings, server: int) -> None:
    """Bring every collection in step again and again, until the process `server` has ended."""
    stopped = threading.Event()

    def stop(*_: object) -> NoReturn:
        stopped.set()
        sys.exit()  # which ends a run that is under way

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the server, which then ends this
    signal.signal(signal.SIGTERM, stop)
    runs = {name: _Announced(settings, name) for name in settings.names()}
    folders = {name: settings.collection(name).documents for name in runs}

    def has_ended() -> bool:
        return stopped.is_set() or os.getppid() != server

    for name in changes(folders, settings.watch_seconds, has_ended):
        runs[name]()


def changes(
    folders: Mapping[str, Path | str], seconds: float, has_ended: Callable[[], bool]
) -> Iterator[str]:
    """Yield the name of each folder in which something has changed, of all after some seconds.

    All come at the beginning, too, for what changed before is not seen. What the system does not
    tell of, as on a network's disk or at a URL, and a folder that comes later, are noticed in time.
    """
    places = {name: one.resolve() for name, one in folders.items() if isinstance(one, Path)}
    while not has_ended():
        there = [place for place in places.values() if place.is_dir()]
        due = 0.0
        for seen in _watch(there):
            if has_ended():
                return
            if time.monotonic() >= due:
                yield from folders
                due = time.monotonic() + seconds
            else:
                for name, place in places.items():
                    if any(path.is_relative_to(place) for path in seen):
                        yield name
            if there != [place for place in places.values() if place.is_dir()]:
                break


def _watch(places: Sequence[Path]) -> Iterator[set[Path]]:
    """Yield what changed in folders; every second, if nothing did, an empty set."""
    if not places:
        time.sleep(_LOOK_MS / 1000)
        yield set()
        return

    def is_visible(_: Change, path: str) -> bool:
        below = (Path(path).relative_to(one) for one in places if Path(path).is_relative_to(one))
        return any(not any(part.startswith(".") for part in one.parts) for one in below)

    for seen in watch(
        *places,
        watch_filter=is_visible,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        yield {Path(path) for _, path in seen}


class _Announced:
    """A run of one collection that says what it did where there is something to say."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name
        self._last = ""

    def __call__(self) -> None:
        try:
            report = index_apart(self._settings, self._name)
            if report.published:
                click.echo(f"pincite: {self._name}: {_outline(report)}", err=True)
            self._last = ""
        except PinciteError as error:
            if str(error) != self._last:
                self._last = str(error)
                print_error(f"{self._name}: {error}")


def _outline(report: ReportReply) -> str:
    counts = [f"{number} {status}" for status, number in report.counts.items() if number]
    counts += [f"{len(report.deleted)} deleted"] if report.deleted else []
    return f"{', '.join(counts)}; published generation {report.generation}"
