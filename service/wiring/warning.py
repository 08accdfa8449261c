"""Warnings on standard error."""

from __future__ import annotations

import sys


def warn(message: str) -> None:
    """Print a warning on standard error."""
    print(f"pincite: {message}", file=sys.stderr)  # noqa: T201
