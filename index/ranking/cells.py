"""The cell of a table's row, or the value of a line with a label, that a question asks for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from index.ingest.sentences import trim
from index.ranking.units import Asked, labelled_parts
from index.types import Span

_BAR = regex.compile(r"(?<!\\)\|")


def asked_value(sentence: str, header: str, asked: Asked) -> Span | None:
    """Return the span of the value in a row or a line that the question asks for.

    It is the one whose label, or name in the `header` of the table, shares most words with the
    question, among those that the question does not name itself. None where there is no such one,
    or more than one.
    """
    if pair := labelled_parts(sentence):
        return _most_asked([pair], sentence, sentence, asked)
    names, cells = _cells(header), _cells(sentence)
    if len(cells) < 2 or len(names) != len(cells):
        return None
    return _most_asked(list(zip(names, cells, strict=True)), header, sentence, asked)


def _most_asked(
    pairs: Sequence[tuple[Span, Span]], header: str, sentence: str, asked: Asked
) -> Span | None:
    """Return the value of the pair of name and value whose name the question says best."""
    shares = {
        value: asked.naming(header[name.start : name.end])
        for name, value in pairs
        if value.start < value.end and not asked.overlap(sentence[value.start : value.end])
    }
    most = max(shares.values(), default=0)
    best = [value for value, share in shares.items() if share == most > 0]
    return best[0] if len(best) == 1 else None


def _cells(row: str) -> list[Span]:
    """Return the cells of a row that are parted by `|`, which may also stand at its ends."""
    bars = [bar.start() for bar in _BAR.finditer(row)]
    edges = [-1, *bars, len(row)]
    cells = [trim(row, a + 1, b) for a, b in pairwise(edges)]
    first, last = row.lstrip()[:1] == "|", bool(bars) and not row[bars[-1] + 1 :].strip()
    return cells[first : len(cells) - last]
