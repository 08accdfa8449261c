"""A passage of an answer, with its citation."""

from __future__ import annotations

from dataclasses import dataclass

from index import Hit


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage of an answer: its rank from 1, the hit, and its citation in one line."""

    rank: int
    hit: Hit
    citation: str
