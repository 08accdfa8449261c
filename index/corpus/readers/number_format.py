"""Shows numbers as a spreadsheet program does (ECMA-376 part 1, 18.8.31), where it is simple."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

_GENERAL = {"general", "@", ""}
_QUOTED = re.compile(r'("[^"]*")')
_CURRENCY = re.compile(r"\[\$([^\[\]-]*+)[^\[\]]*+\]")
_BRACKETS = re.compile(r"\[[^\[\]]*+\]")
_PADDING = re.compile(r"[_*].")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_DIGITS = re.compile(r"[0#?][0#?,]*(?:\.[0#?]*,*)?")
_PLACES = re.compile(r"[0\D]+")


def shown_number(value: float, number_format: str) -> str:
    """Return a number in a format: with its currency or unit, its leading zeros, its decimals.

    A format that is not understood, such as one of fractions, leaves the number as it is.
    """
    plain = f"{value:.15G}" if isinstance(value, float) else str(value)  # as many as Excel keeps
    if number_format.strip().lower() in _GENERAL:
        return plain
    sections = _sections(number_format)
    at = 1 if value < 0 else 2 if value == 0 else 0  # the first is also of those without one
    section = sections[at] if at < len(sections) else sections[0]
    if not section.strip() and len(sections) > 1:
        return ""
    found = _parts(section)
    if found is None:
        return plain
    before, digits, after = found
    hundreds = _LITERAL.sub("", section).count("%")
    shown = _digits(abs(value) * 100**hundreds, digits) if digits else ""
    if shown is None:
        return plain
    sign = "-" if value < 0 and section is sections[0] else ""
    return f"{sign}{before}{shown}{after}".strip()


def shown_moment(moment: dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
    """Return a date as ISO 8601 has it, without the time at midnight; a duration in hours."""
    if isinstance(moment, dt.timedelta):
        seconds = round(moment.total_seconds())
        sign = "-" if seconds < 0 else ""
        minutes, second = divmod(abs(seconds), 60)
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{second:02}"
    if isinstance(moment, dt.datetime) and moment.time() == dt.time():
        return str(moment.date())
    return str(moment)


def _sections(number_format: str) -> list[str]:
    """Return the parts between semicolons that are not in quotation marks."""
    sections = [""]
    for place, part in enumerate(_QUOTED.split(number_format)):
        first, *others = [part] if place % 2 else part.split(";")
        sections[-1] += first
        sections += others
    return sections


@lru_cache(maxsize=1024)
def _parts(section: str) -> tuple[str, str, str] | None:
    """Split a format into the parts before, in and after its digits; None if it has other marks."""
    text = _PADDING.sub("", _BRACKETS.sub("", _CURRENCY.sub(r'"\1"', section)))
    literals: list[str] = []

    def keep(literal: re.Match[str]) -> str:
        literals.append(literal[1] if literal[1] is not None else literal[2])
        return chr(0xE000 + len(literals) - 1)

    def restored(part: str) -> str:
        return "".join(
            literals[ord(char) - 0xE000] if "\ue000" <= char <= "\uf8ff" else char for char in part
        )

    text = _LITERAL.sub(keep, text)
    digits = _DIGITS.findall(text)
    if re.search(r"[A-Za-z/]", text):
        return None
    if not digits:
        return restored(text), "", ""
    if len(digits) > 1:  # such as 000-0000
        if not _PLACES.fullmatch(text):
            return None
        return "", restored(text), ""
    before, _, after = text.partition(digits[0])
    return restored(before), digits[0], restored(after)


def _digits(value: float, places: str) -> str | None:
    in_thousands = len(places) - len(places := places.rstrip(","))
    value /= 1000**in_thousands
    whole, point, decimals = places.partition(".")
    if re.search(r"[^0#?,.]", places):  # literals between the digits
        figures = f"{value:.0f}".rjust(places.count("0"), "0")
        if len(figures) > places.count("0"):
            return None
        at = iter(figures)
        return "".join(next(at) if char == "0" else char for char in places)
    shown = f"{value:,.{len(decimals)}f}" if "," in whole else f"{value:.{len(decimals)}f}"
    if point and decimals:
        kept = len(decimals.rstrip("#?"))
        head, _, tail = shown.partition(".")
        tail = tail[:kept] + tail[kept:].rstrip("0")
        shown = f"{head}.{tail}" if tail else head
    if "0" not in whole and shown.partition(".")[0] == "0":
        shown = shown[1:]
    return shown.rjust(whole.count("0"), "0") if "," not in whole else shown
