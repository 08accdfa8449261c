"""The interface through which the service records questions and the time of each stage."""

from __future__ import annotations

from typing import Literal, Protocol

# `wait` for a turn; of a batch of questions, `embed` them, `rank` the candidates, `judge` with the
# answer model whether they answer, and `read` and cite the hits.
Stage = Literal["wait", "embed", "rank", "judge", "read"]


class Observer(Protocol):
    """Records questions and times; the metrics and the log of questions do."""

    def asked(self, question: str, /) -> None:
        """Record a question before it is answered."""
        ...

    def took(self, stage: Stage, seconds: float) -> None:
        """Record the time of a stage."""
        ...


class NoObserver:
    """Records nothing; for commands that answer without a server."""

    def asked(self, question: str) -> None:
        """Do nothing."""

    def took(self, stage: Stage, seconds: float) -> None:
        """Do nothing."""
