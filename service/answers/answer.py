"""The answer of the documents to a question, as every protocol renders it."""

from __future__ import annotations

from dataclasses import dataclass

from service.answers.alternatives import Comparison
from service.answers.certainty import Certainty, certainty
from service.answers.cited import CitedPassage
from service.answers.evidence import Evidence
from service.answers.stage_times import StageTimes


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the documents to a question; without one, `evidence` is None.

    `comparison` is None where fewer than two sources among the passages give a likely answer.
    `notes` are remarks in words, for instance on how the passages were chosen. `took_ms` is the
    time in milliseconds from the question to this answer; questions of one request share it, and
    an answer from the cache has its own. `parts` are the times of its batch, None from the cache.
    """

    question: str
    evidence: Evidence | None
    answerable: bool
    confidence: float | None
    passages: tuple[CitedPassage, ...]
    notes: tuple[str, ...]
    generation: str
    took_ms: float = 0.0
    comparison: Comparison | None = None
    parts: StageTimes | None = None

    @property
    def certainty(self) -> Certainty | None:
        """The confidence in a word, None without a confidence."""
        return None if self.confidence is None else certainty(self.confidence)
