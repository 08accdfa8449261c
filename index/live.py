"""The generation that answers now, replaced as a whole when a newer one is published."""

from __future__ import annotations

from pathlib import Path

from index.build import check_recipe
from index.generation import Generation, current_id, open_generation
from index.models import ModelFiles
from index.report import Report, StoredReport


class LiveIndex:
    """Keeps the newest published generation open; readers take it once for a whole reply.

    Raises:
        StoredIndexError: there is no sound index of this model in the folder.
    """

    def __init__(self, folder: Path, model: ModelFiles) -> None:
        self._folder = folder
        self._model = model
        self._report = StoredReport(folder)
        self.generation = self._open(current_id(folder))

    def refresh(self) -> bool:
        """Open the newest generation if it is not open yet; return whether it was replaced.

        Raises:
            StoredIndexError: the newest is unsound; the one that is open goes on answering.
        """
        newest = current_id(self._folder)
        if newest == self.generation.id:
            return False
        self.generation = self._open(newest)
        return True

    def report(self) -> Report | None:
        """Return what the last build did with each file, whether it published anything or not."""
        return self._report.read()

    def state(self) -> str:
        """Return what is another whenever a generation or a report has been replaced."""
        report = self.report()
        return f"{self.generation.id} {report.finished if report else ''}"

    def _open(self, identity: str) -> Generation:
        generation = open_generation(self._folder, identity)
        check_recipe(generation.manifest, self._folder, self._model)
        return generation
