"""An array of what ranking needs of every passage, which SQLite would be slow to give."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.files.arrays import save_array
from index.types import Passage, Source

# For each passage: the ordinal of its document in the catalog, the date of its source (proleptic
# Gregorian ordinal, 0 if undated), the ordinal of its first sentence, and its language.
COLUMN_TYPE = np.dtype(
    [("document", "<i8"), ("day", "<i4"), ("sentence", "<i8"), ("language", "S2")]
)


class ColumnWriter:
    """Writes the columns of passages in order; one more row ends the last one's sentences."""

    def __init__(self, passages: int) -> None:
        self._rows = np.zeros(passages + 1, dtype=COLUMN_TYPE)
        self._row = self._sentence = 0
        self._document, self._last = -1, ""

    def add(self, passages: Sequence[tuple[Passage, Source]]) -> None:
        """Add passages; the passages of a document come one after another."""
        for passage, source in passages:
            self._document += source.id != self._last
            self._last = source.id
            day = source.metadata.date.toordinal() if source.metadata.date else 0
            self._rows[self._row] = (self._document, day, self._sentence, passage.language)
            self._row += 1
            self._sentence += len(passage.sentences)

    def close(self, path: Path) -> None:
        """Write the file."""
        self._rows[self._row]["sentence"] = self._sentence
        save_array(path, self._rows)
