"""A line of text on a PDF page, and how it is cut at its gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Gap:
    """A wide gap in a line: where it begins and ends, and how many characters are before it."""

    start: float
    end: float
    length: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page.

    Lengths are in points, `y` upwards, rotated so that the text runs to the right. `hyphen` says
    that its last word continues in the next line. `gaps` are the wide gaps in it. `table` is the
    number of the table on its page that the line is a row of, 0 if there is none.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    hyphen: bool = False
    gaps: tuple[Gap, ...] = ()
    table: int = 0

    @property
    def width(self) -> float:
        """The width of the line, in points."""
        return self.right - self.left


def parts_of(line: Line) -> Iterator[Line]:
    """Yield the parts of a line between its gaps."""
    rest = line
    for gap in line.gaps:
        done = len(line.text) - len(rest.text)
        before, rest = cut(rest, replace(gap, length=gap.length - done))
        yield before
    yield rest


def cut(line: Line, gap: Gap) -> tuple[Line, Line]:
    """Return what stands before and after a gap."""
    before = replace(line, text=line.text[: gap.length].rstrip(), right=gap.start, hyphen=False)
    after = replace(line, text=line.text[gap.length :], left=gap.end)
    return replace(before, gaps=()), replace(after, gaps=())
