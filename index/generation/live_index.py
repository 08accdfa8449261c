"""The generation that answers now, replaced as a whole when a newer one is published."""

from __future__ import annotations

import time
from collections.abc import Callable

from index.embedding.models import ModelFiles
from index.errors import EngineUnavailable, IndexDamaged, IndexMismatch, StoredIndexError
from index.generation.engine import Engine, Generation
from index.generation.manifest import check_recipe
from index.report import Report

_RETRY_SECONDS = 60.0  # until what is damaged is read again: it may be large


class LiveIndex:
    """Keeps the newest published generation open; readers take it once for a whole reply.

    Where that is damaged, an earlier one that is sound answers, and `damage` says so until a sound
    one is published. `fault` says why the engine could not be asked when it last was. `prepare` is
    called with each generation before it answers, and refuses by IndexMismatch those that cannot be
    asked; without it, those of another model are refused. With `later` there need be no index yet:
    `refresh` opens it once it is there.

    Raises:
        StoredIndexError: the engine holds no sound index that can be asked, and not `later`.
    """

    def __init__(
        self,
        engine: Engine,
        model: ModelFiles,
        prepare: Callable[[Generation], object] | None = None,
        *,
        later: bool = False,
    ) -> None:
        self._engine = engine
        self.model = model
        self._prepare = prepare or self._check_model
        self._open: Generation | None = None
        self._tried = ""  # the id that was opened last, or could not be
        self._again = 0.0  # when it is to be tried again if it was damaged
        self.damage: str | None = None
        self.fault: str | None = None
        try:
            self.refresh()
        except StoredIndexError:
            if not self.is_open and not later:
                raise

    @property
    def is_open(self) -> bool:
        """Whether there is a generation to answer from."""
        return self._open is not None

    @property
    def generation(self) -> Generation:
        """The generation that answers.

        Raises:
            EngineUnavailable: there is none yet; the message says why.
        """
        if self._open is None:
            raise EngineUnavailable(self.fault or f"{self._engine} has not been opened yet")
        return self._open

    def refresh(self) -> bool:
        """Open the newest generation if it is not open yet; return whether it was replaced.

        Raises:
            StoredIndexError: the newest is unsound; the one that is open goes on answering.
        """
        try:
            newest = self._engine.current_id()
            if self._open is not None and newest == self._open.id:
                self.damage = self.fault = None
                return False
            if newest == self._tried and time.monotonic() < self._again:
                return False
            self._open = self._open_newest()
        except IndexDamaged as error:
            self._note(error)
            raise
        except StoredIndexError as error:
            self.fault = str(error)
            raise
        self.damage = self.fault = None
        return True

    @property
    def outdated(self) -> bool:
        """Whether another model than the wanted one built the generation that answers."""
        wanted = self.model.weights_hash
        return self._open is not None and self._open.manifest.weights_hash != wanted

    def report(self) -> Report | None:
        """Return what the last build did with each file, whether it published anything or not."""
        return self._engine.report()

    def state(self) -> str:
        """Return what is another whenever a generation or a report has been replaced."""
        report = self.report()
        return f"{self.generation.id} {report.finished if report else ''}"

    def _open_newest(self) -> Generation:
        while True:
            self._tried = self._engine.current_id()
            try:
                return self._read(self._tried)
            except IndexDamaged:
                if self._engine.current_id() == self._tried:  # else newer ones took its place
                    raise

    def _fall_back(self, error: IndexDamaged) -> Generation:
        """Open the newest generation that is sound.

        Raises:
            StoredIndexError: there is none; the error is the one given.
        """
        for identity in reversed(self._engine.ids()):
            try:
                return self._read(identity)
            except (IndexDamaged, IndexMismatch):
                continue
        raise error

    def _note(self, error: IndexDamaged) -> None:
        self._again = time.monotonic() + _RETRY_SECONDS
        if self._open is None:
            self.fault = str(error)
            self._open = self._fall_back(error)
        self.fault = None
        self.damage = f"{error}; until then generation {self._open.id} answers"

    def _read(self, identity: str) -> Generation:
        generation = self._engine.open(identity)
        self._prepare(generation)
        return generation

    def _check_model(self, generation: Generation) -> None:
        check_recipe(generation.manifest, self._engine, self.model)
