"""Limits on the time and the memory for reading one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of reading one file: seconds, megabytes of memory, megabytes of output."""

    seconds: float = 60.0
    memory_mb: int = 1024
    output_mb: int = 256

    @property
    def too_much_text(self) -> str:
        """The reason why a file with more text fails."""
        return f"holds more than {self.output_mb} MB of text"
