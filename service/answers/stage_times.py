"""The times of the stages in which a batch of questions is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.answers.observer import Stage


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Seconds of each stage of a batch."""

    embed: float
    rank: float
    judge: float
    read: float

    def milliseconds(self) -> dict[Stage, float]:
        """Return the milliseconds of each stage by its name."""
        return {stage: round(1000 * seconds, 3) for stage, seconds in self.stages()}

    def stages(self) -> Iterator[tuple[Stage, float]]:
        """Yield each stage by the name that the metrics give it."""
        yield "embed", self.embed
        yield "rank", self.rank
        yield "judge", self.judge
        yield "read", self.read
