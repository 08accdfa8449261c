"""The generation that answers now, replaced as a whole when a newer one is published."""

from __future__ import annotations

from index.build import check_recipe
from index.engine import Engine, Generation
from index.models import ModelFiles
from index.report import Report


class LiveIndex:
    """Keeps the newest published generation open; readers take it once for a whole reply.

    Raises:
        StoredIndexError: the engine holds no sound index of this model.
    """

    def __init__(self, engine: Engine, model: ModelFiles) -> None:
        self._engine = engine
        self._model = model
        self.generation = self._open(engine.current_id())

    def refresh(self) -> bool:
        """Open the newest generation if it is not open yet; return whether it was replaced.

        Raises:
            StoredIndexError: the newest is unsound; the one that is open goes on answering.
        """
        newest = self._engine.current_id()
        if newest == self.generation.id:
            return False
        self.generation = self._open(newest)
        return True

    def report(self) -> Report | None:
        """Return what the last build did with each file, whether it published anything or not."""
        return self._engine.report()

    def state(self) -> str:
        """Return what is another whenever a generation or a report has been replaced."""
        report = self.report()
        return f"{self.generation.id} {report.finished if report else ''}"

    def _open(self, identity: str) -> Generation:
        generation = self._engine.open(identity)
        check_recipe(generation.manifest, self._engine, self._model)
        return generation
