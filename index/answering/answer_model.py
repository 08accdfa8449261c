"""Whether a window of text answers a question, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.types import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of an answer model for one window.

    `probability` is that the window answers, from 0 to 1. `span` is where, in the characters of
    the window's text; it is given even where the probability is low, and is None where the model
    marks no span or the window is empty. `span_score` is how much better the span is than no
    answer at all, as a difference of logits: below 0, no answer is the better; 0 without a span.
    """

    probability: float
    span: Span | None
    span_score: float


class AnswerModel(Protocol):
    """Reads questions, each together with a short window of text."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return a reading of each pair of a question and a window, in their order.

        Any number of threads may call it. A window is a sentence with its neighbours, or a row of a
        table with its header, best of 60 to 100 tokens. Its first line may be its title and
        headings.

        Raises:
            ModelError: the model cannot be loaded or run.
        """
        ...
