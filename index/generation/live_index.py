"""The generation that answers now, replaced as a whole when a newer one is published."""

from __future__ import annotations

import time
from collections.abc import Callable

from index.embedding.models import ModelFiles
from index.errors import EngineUnavailable, IndexDamaged, IndexMismatch, StoredIndexError
from index.generation.engine import Engine, Generation
from index.generation.manifest import check_recipe
from index.report import Report

_RETRY_SECONDS = 60.0  # between attempts to open a damaged generation, which may be large


class LiveIndex:
    """Keeps the newest published generation open; a reader takes it once for a whole reply.

    If the newest generation is damaged, an earlier sound one answers; if only its encoder is, it
    answers itself. `damage` says so until a sound one is published. `fault` says why the last
    attempt to reach the engine failed. `prepare` is called with each generation before it answers,
    and raises IndexMismatch to refuse it; without `prepare`, generations of another model are
    refused. With `later`, the index need not exist yet: `refresh` opens it once it exists.

    Raises:
        StoredIndexError: the engine holds no sound index that fits, and `later` is not set.
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
        self._tried = ""  # the id that was last opened, or failed to open
        self._again = 0.0  # when to try it again if it was damaged
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
        """Open the newest generation unless it is open; return whether the open one was replaced.

        Raises:
            StoredIndexError: the newest cannot be opened; the open one goes on answering.
        """
        try:
            newest = self._engine.current_id()
            if self._open is not None and newest == self._open.id:
                self.damage, self.fault = _encoder_damage(self._open), None
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
        self.damage, self.fault = _encoder_damage(self._open), None
        return True

    @property
    def outdated(self) -> bool:
        """Whether the generation that answers was built with another model than the wanted one."""
        wanted = self.model.weights_hash
        return self._open is not None and self._open.manifest.weights_hash != wanted

    def report(self) -> Report | None:
        """Return the report of the last build, also of a build that published nothing."""
        return self._engine.report()

    def state(self) -> str:
        """Return a text that changes whenever the generation, the fault or the report does."""
        report = self.report()
        answers = self._open.id if self._open else self.fault
        return f"{answers} {report.finished if report else ''}"

    def _open_newest(self) -> Generation:
        while True:
            self._tried = self._engine.current_id()
            try:
                return self._read(self._tried)
            except IndexDamaged:
                # otherwise a newer one was published meanwhile
                if self._engine.current_id() == self._tried:
                    raise

    def _fall_back(self, error: IndexDamaged) -> Generation:
        """Open the newest generation that is sound.

        Raises:
            IndexDamaged: no generation is sound; this is the given error.
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


def _encoder_damage(generation: Generation) -> str | None:
    """Return in words that another encoder replaces a damaged one, None if it is sound."""
    if not generation.damage:
        return None
    return (
        f"{generation.damage}; generation {generation.id} answers with another encoder of its "
        "model; to mend it: pincite index"
    )
