"""What a build did with each file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["indexed", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; `reason` says why it was skipped or failed, or what it lacks."""

    path: str
    status: Status
    reason: str | None = None
    passages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did: the generation that is live after it, and one entry for every file.

    `resumed` counts the vectors that a build which was stopped had left for this one.
    """

    generation: str
    published: bool
    files: tuple[FileReport, ...]
    resumed: int = 0

    def count(self, status: Status) -> int:
        """Return how many files have `status`."""
        return sum(file.status == status for file in self.files)
