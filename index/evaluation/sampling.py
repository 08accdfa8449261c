"""A part of many questions, the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def choose_sample(items: Sequence[T], most: int, seed: int = 0) -> list[T]:
    """Return at most `most` items, chosen by chance, in their order."""
    chosen = np.random.default_rng(seed).permutation(len(items))[:most]
    return [items[place] for place in sorted(chosen)]
