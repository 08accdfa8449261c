"""Writes the numbers of list items as programs show them: 3, c, C, iii, III."""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 3999
_CHINESE = "〇一二三四五六七八九"
_CHINESE_STYLES = {
    *("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"),
    *("taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand"),
}
_MOST_CHINESE, _MOST_CIRCLED = 99, 20


def numeral(number: int, style: str) -> str:
    """Return a number in a style; in figures where the style is another or cannot write it."""
    if style in ("lowerLetter", "upperLetter") and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 4)
    elif style in ("lowerRoman", "upperRoman") and 0 < number <= _MOST_ROMAN:
        text, left = "", number
        for value, sign in _ROMAN:
            text += sign * (left // value)
            left %= value
    elif style in _CHINESE_STYLES and 0 < number <= _MOST_CHINESE:
        tens, ones = divmod(number, 10)
        text = _CHINESE[tens] * (tens > 1) + "十" * (tens > 0) + _CHINESE[ones] * (ones > 0)
    elif style == "ordinal" and number > 0:
        text = f"{number}{_ordinal_ending(number)}"
    elif style.startswith("decimalEnclosedCircle") and 0 < number <= _MOST_CIRCLED:
        text = chr(ord("①") + number - 1)
    else:
        return f"{number:02}" if style == "decimalZero" else str(number)
    return text.upper() if style.startswith("upper") else text


def _ordinal_ending(number: int) -> str:
    if number // 10 % 10 == 1:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
