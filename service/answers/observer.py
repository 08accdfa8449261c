"""What those who answer tell whoever looks on."""

from __future__ import annotations

from typing import Literal, Protocol

# Waiting for a turn; embedding the questions of a batch; of each question, finding and ranking
# candidates, and reading and citing hits.
Stage = Literal["wait", "embed", "rank", "read"]


class Observer(Protocol):
    """Is told each question, and how long each stage of a request took."""

    def asked(self, question: str, /) -> None:
        """Note a question that is about to be answered."""
        ...

    def took(self, stage: Stage, seconds: float) -> None:
        """Note that a stage took so long."""
        ...


class Nobody:
    """Looks away, as the commands that answer without a server do."""

    def asked(self, question: str) -> None:
        """Note nothing."""

    def took(self, stage: Stage, seconds: float) -> None:
        """Note nothing."""
