"""What a service knows of the collections that are brought up to date while others answer."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Literal

from index import Engine, EngineUnavailable, Generation, Report
from service.indexing.indexer import RunFailed
from service.schemas.runs import ReportReply

_ENDED = "the process that indexed it has ended; it is indexed again"


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the preparation of a collection.

    It has `begun`; it `embeds`, and `done` of `total` passages have their vectors; at last it is
    `ready`, with its report. Or `failure` says why not: it is `behind`, and an earlier generation
    answers; it is `missing`; or it is `refused`, since what is published is not its own.
    """

    name: str
    kind: Literal["begun", "embeds", "ready", "behind", "missing", "refused"]
    done: int = 0
    total: int = 0
    failure: str = ""
    report: ReportReply | None = None

    @property
    def is_last(self) -> bool:
        """Whether the preparation of the collection has ended with it."""
        return self.kind not in {"begun", "embeds"}

    @property
    def answers(self) -> bool:
        """Whether the collection can be asked from now on."""
        return self.kind in {"ready", "behind"}


class Preparation:
    """The latest step of each collection: those given, then those that come over a pipe.

    A collection whose preparation has not ended when the pipe closes is `missing`.
    """

    def __init__(
        self, names: Iterable[str], steps: Iterable[Step], further: Connection | None = None
    ) -> None:
        self._latest: dict[str, Step | None] = dict.fromkeys(names)
        self._latest |= {step.name: step for step in steps}
        self._changed = threading.Condition()
        if further is None:
            self._close()
        else:
            threading.Thread(
                target=self._follow, args=(further,), name="pincite-preparation", daemon=True
            ).start()

    @property
    def names(self) -> Collection[str]:
        """The names of the collections that are prepared."""
        return self._latest

    def unfinished(self) -> Mapping[str, str]:
        """Return how far each collection is, in words, whose preparation has not ended."""
        return {
            name: _in_words(step)
            for name, step in self._latest.items()
            if step is None or not step.is_last
        }

    def latest(self, name: str) -> Step | None:
        """Return the latest step of a collection, None if its preparation has not begun."""
        return self._latest[name]

    def wait_for_begin(self, name: str) -> None:
        """Wait until the preparation of a collection has begun."""
        with self._changed:
            self._changed.wait_for(lambda: self._latest[name] is not None)

    def wait_for_end(self, name: str) -> ReportReply:
        """Wait until the preparation of a collection has ended, and return its report.

        Raises:
            RunFailed: it failed.
        """
        with self._changed:
            self._changed.wait_for(lambda: (one := self._latest[name]) is not None and one.is_last)
        step = self._latest[name]
        assert step is not None
        if step.report is None:
            raise RunFailed(step.failure)
        return step.report

    def _follow(self, further: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._note(further.recv())
        self._close()

    def _note(self, step: Step) -> None:
        with self._changed:
            self._latest[step.name] = step
            self._changed.notify_all()

    def _close(self) -> None:
        for name in self.unfinished():
            self._note(Step(name, "missing", failure=_ENDED))


def _in_words(step: Step | None) -> str:
    if step is None:
        return "it waits for its turn"
    if step.kind == "begun":
        return "its files are read"
    return f"{step.done:,} of {step.total:,} passages are embedded"


class PreparedEngine:
    """An index.Engine that publishes nothing before the preparation of a collection has ended.

    What is published by then may be of other documents, and is not opened if it is `refused`.
    """

    def __init__(self, engine: Engine, name: str, preparation: Preparation) -> None:
        self._engine = engine
        self._name = name
        self._preparation = preparation
        self._refused = ""  # the generation that is not its own

    def __str__(self) -> str:
        """Return the place of the index, for messages."""
        return str(self._engine)

    def current_id(self) -> str:
        """Return the id of the live generation.

        Raises:
            EngineUnavailable: it is not known yet whether it may answer, or it may not.
            StoredIndexError: there is none.
        """
        step = self._preparation.latest(self._name)
        if step is None or not step.is_last:
            how_far = _in_words(step)
            raise EngineUnavailable(f"the collection {self._name} is not indexed yet: {how_far}")
        identity = self._engine.current_id()
        if step.kind == "refused":
            self._refused = self._refused or identity
            if identity == self._refused:
                raise EngineUnavailable(step.failure)
        return identity

    def ids(self) -> list[str]:
        """Return the ids of all generations."""
        return list(self._engine.ids())

    def open(self, identity: str) -> Generation:
        """Open a generation."""
        return self._engine.open(identity)

    def report(self) -> Report | None:
        """Return the report of the last build."""
        return self._engine.report()
