"""How much time and memory the reading of one file may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: seconds, and megabytes of memory and of what comes of it."""

    seconds: float = 60.0
    memory_mb: int = 1024
    output_mb: int = 256

    @property
    def too_much_text(self) -> str:
        """Why a file fails that holds more text."""
        return f"holds more than {self.output_mb} MB of text (read_output_mb)"
