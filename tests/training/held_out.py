"""The texts that nothing is learnt from: to choose by, and to fit the confidence on."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tests.training.sources import READING, Pair, read_pairs
from tests.training.windows import Example, sentences_of
from tests.training.written import written_questions, written_texts

PEOPLE = "squad2-balanced-part"  # holds questions that people wrote to have no answer
ARTICLES = "squad-train-part"  # holds several paragraphs an article
_TITLES = ("Montana", "IPod", "Genocide")  # articles that are held out whole
_PARAGRAPHS = 0.09  # of the texts of the set of people's questions
_OTHERS = 0.02  # of the windows of every other set


class HeldOut:
    """Tells by its sentences whether a window is cut from a text that is held out.

    Several sets hold sentences of one paragraph, so its name is not enough.
    """

    def __init__(self, folder: Path = READING) -> None:
        """Read the held-out texts of the folder's sets."""
        self.people = [
            pair for pair in read_pairs(PEOPLE, folder) if _drawn(pair.text, _PARAGRAPHS)
        ]
        self.articles = [pair for pair in read_pairs(ARTICLES, folder) if pair.title in _TITLES]
        self.written = [
            pair
            for pair in (*written_questions(folder), *written_texts())
            if _drawn(pair.text, _PARAGRAPHS)
        ]
        texts = {pair.text for pair in (*self.people, *self.articles, *self.written)}
        self._sentences = {
            _letters(text[start:end]) for text in texts for start, end in sentences_of(text)
        }

    def holds(self, example: Example) -> bool:
        """Tell whether nothing may be learnt from the example."""
        window = example.window
        parts = [_letters(window[start:end]) for start, end in sentences_of(window)]
        return any(part in self._sentences for part in parts) or _drawn(window, _OTHERS)


def held_pairs(folder: Path = READING) -> tuple[list[Pair], list[Pair]]:
    """Return the held-out questions that people wrote, and those of whole articles."""
    held = HeldOut(folder)
    return held.people, held.articles


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()[:40]


def _drawn(text: str, share: float) -> bool:
    digest = hashlib.sha256(_letters(text).encode()).hexdigest()
    return int(digest[:8], 16) < share * 16**8
