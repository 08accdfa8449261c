"""Phrases in quotation marks, which are to be found word for word."""

from __future__ import annotations

import regex

_QUOTED = regex.compile(r"\"([^\"]{2,200})\"|“([^”]{2,200})”|«([^»]{2,200})»|„([^“”]{2,200})[“”]")


def quoted_phrases(text: str) -> list[str]:
    """Return the quoted phrases of a text, without the quotation marks."""
    return [next(part for part in match.groups() if part) for match in _QUOTED.finditer(text)]
