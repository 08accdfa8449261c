"""Standard error as a log that may fail without stopping any work."""

from __future__ import annotations

from contextlib import suppress
from typing import TextIO


class LossyLog:
    """Passes text on to a stream, and loses text that the stream refuses.

    The disk of the log may be full, or the program at the other end of its pipe may have ended.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        """Return another attribute of the stream."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text; return its length, also if it is lost."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Write the rest of the text."""
        with suppress(OSError):
            self._stream.flush()
