"""Reads the dates that people write, in figures and in words."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
BETWEEN = " \t,;|·•/()[]–—-:.+"  # what separates a date from other words
# of all that dateparser knows, a text without a date would load 200
_LANGUAGES = (
    "en de fr es pt it nl sv da nb fi pl cs sk hu ro bg ru uk be sr hr sl el tr az kk uz he ar fa"
    " hi th vi id ms ja ko zh et lv lt ka hy ca is"
)


def written_day(text: str) -> dt.date | None:
    """Return the day that a text, which is a date and nothing else, names.

    Raises:
        ValueError: the date can be read two ways.
    """
    if numeric := NUMERIC.fullmatch(text.strip()):
        found = numeric_day(numeric)
        if isinstance(found, str):
            raise ValueError(f"{found} can be read two ways; write it as 2020-02-14")
        return found
    return worded_day(text) if YEAR.search(text) else None


def numeric_day(found: re.Match[str], date_order: str = "") -> dt.date | str | None:
    """Return the day of a match of NUMERIC, or its text if it can be read two ways.

    A day with dots has its month second; `date_order`, "DMY" or "MDY", says so of the others.
    """
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    order = "DMY" if found[2] == "." else date_order
    if first > 12 or second > 12 or first == second:
        order = "MDY" if second > 12 else "DMY"
    if order == "DMY":
        return day_or_none(year, second, first)
    if order == "MDY":
        return day_or_none(year, first, second)
    return found[0]


@cache
def _parser() -> DateDataParser:
    from dateparser.date import DateDataParser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    return DateDataParser(languages=_LANGUAGES.split(), settings=settings)


def worded_day(text: str) -> dt.date | None:
    """Return the day of a date whose month is a word or a CJK sign, in many languages.

    None if it is no such date, or names no day.
    """
    text = text.strip(BETWEEN)
    if not re.search(r"\d", YEAR.sub("", text, count=1)):
        return None  # a day needs figures of its own
    found: dt.datetime | None = _parser().get_date_data(text).date_obj
    return found.date() if found else None


def day_or_none(year: int, month: int, day: int) -> dt.date | None:
    """Return a day, None if the calendar has no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
