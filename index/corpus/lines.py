"""Where the lines of a text begin."""

from __future__ import annotations

import re

_LINE_END = re.compile(r"\r\n|\r|\n")


def line_starts(text: str) -> list[int]:
    r"""Return where each line begins; lines end at \n, \r\n and \r, as in CommonMark."""
    return [0, *(end.end() for end in _LINE_END.finditer(text))]
