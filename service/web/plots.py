"""Numbers as bars, for a template to draw as SVG."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 120
_LEAST = 2.0  # the height of the smallest bar of a value above 0
# The bounds of the bars of latencies in milliseconds: 1, 2 and 5 times each power of ten.
EDGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in units of the drawing, and its value."""

    x: float
    y: float
    width: float
    height: float
    value: int


def bars(values: Sequence[int], gap: float) -> list[Bar]:
    """Return a bar for each value, with `gap` between bars; the tallest has the full height."""
    step = WIDTH / len(values)
    most = max([*values, 1])
    heights = [max(HEIGHT * value / most, _LEAST) if value else 0.0 for value in values]
    return [
        Bar(round(place * step, 2), round(HEIGHT - height, 2), round(step - gap, 2), height, value)
        for place, (value, height) in enumerate(zip(values, heights, strict=True))
    ]


def histogram(milliseconds: Sequence[float]) -> list[int]:
    """Count latencies below the first of EDGES, between each two, and from the last on."""
    counts = [0] * (len(EDGES) + 1)
    for one in milliseconds:
        counts[bisect_right(EDGES, one)] += 1
    return counts
