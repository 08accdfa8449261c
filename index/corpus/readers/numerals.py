"""Writes the numbers of list items as programs show them: 3, c, C, iii, III."""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 3999


def numeral(number: int, style: str) -> str:
    """Return a number in a style; in figures where the style is another or cannot write it."""
    if style in ("lowerLetter", "upperLetter") and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 4)
    elif style in ("lowerRoman", "upperRoman") and 0 < number <= _MOST_ROMAN:
        text, left = "", number
        for value, sign in _ROMAN:
            text += sign * (left // value)
            left %= value
    else:
        return str(number)
    return text.upper() if style.startswith("upper") else text
