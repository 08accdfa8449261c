"""The period that a question names: "in 2020", "last April", "yesterday", "now"."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import regex

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?<year>(?:1[5-9]|20)\d\d)"
_DAY = r"(?<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"

# Tried in order; the first that matches at a position of the question wins there.
_NAMED = [
    regex.compile(pattern, regex.IGNORECASE)
    for pattern in (
        rf"(?<![\d.,-]){_YEAR}\s?[-–]\s?(?<until>(?:1[5-9]|20)\d\d)(?![\d-])",
        rf"\b{_YEAR}-(?<number>1[0-2]|0[1-9])-(?<day>[12]\d|3[01]|0[1-9])\b",
        rf"\b{_DAY}\s+(?:of\s+)?(?<month>{_MONTH})\.?,?\s+{_YEAR}\b",
        rf"\b(?<month>{_MONTH})\.?\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b(?<month>{_MONTH})\.?,?\s+(?:of\s+)?{_YEAR}\b",
        rf"\b{_YEAR}-(?<number>1[0-2]|0[1-9])\b",
        rf"(?<![\d.,-]){_YEAR}(?<decade>s)\b",
        rf"(?<![\d.,$€£¥-]){_YEAR}(?![\d%\p{{Latin}}-]|[.,]\d)",
        rf"\b(?<which>last|this|past)\s+(?<month>{_MONTH})\b",
        r"\b(?<which>last|this|past)\s+(?<unit>year|month|week)\b",
        r"\b(?<which>yesterday|today)\b",
        r"\b(?<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?<unit>year|month|week|day)s?\s+ago\b",
    )
]
# Each pattern needs one of these; most questions have no match and skip the patterns.
_HINT = regex.compile(r"\d|last|this|past|yesterday|today|ago", regex.IGNORECASE)
# A question about the present, such as "who is ...", if it names no period.
_PRESENT = regex.compile(
    r"\b(?:now|nowadays|currently|at present|at the moment|these days)\b"
    r"|(?:\bthe|\bits|\btheir|['’]s) current\b"
    r"|^\s*who(?:['’]s| (?:is|are|heads|leads|chairs|runs))\b",
    regex.IGNORECASE,
)
# A question about how something is now, if it names no period.
_STATE = regex.compile(
    r"^\s*(?:what|which|where|how (?:many|much))\b"
    r"(?!.*\b(?:was|were|did|had|will|would)\b).*\b(?:is|are|does|do|has|have)\b",
    regex.IGNORECASE | regex.DOTALL,
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {word: number for number, word in enumerate(_NUMBERS, start=1)} | {"a": 1, "an": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, and the words that name the period in a text."""

    first: dt.date
    last: dt.date
    words: str


def named_period(question: str, asked_on: dt.date) -> Period | None:
    """Return the period that a question names, from the first to the last if it names several.

    For a question about the present it is `asked_on`, with no words, because a text does not name
    the day on which it will be read. Return None if the question names no period.
    """
    if periods := _periods(question, asked_on):
        return Period(
            min(period.first for period in periods),
            max(period.last for period in periods),
            " ".join(period.words for period in periods),
        )
    return Period(asked_on, asked_on, "") if _PRESENT.search(question) else None


def asks_about_now(question: str, asked_on: dt.date) -> bool:
    """Return whether the answer depends on the day of asking: who holds an office, a status."""
    period = named_period(question, asked_on)
    return not period.words if period else bool(_STATE.search(question))


def _periods(question: str, asked_on: dt.date) -> list[Period]:
    if not _HINT.search(question):
        return []
    periods: list[Period] = []
    rest = question
    for pattern in _NAMED:
        found = (_period(match.groupdict(), asked_on) for match in pattern.finditer(rest))
        periods += [period for period in found if period is not None]
        rest = pattern.sub(" ", rest)
    return periods


def _period(found: dict[str, str | None], asked_on: dt.date) -> Period | None:
    try:
        if found.get("year"):
            return _explicit(found)
        if found.get("month") == "may":
            return None  # in "this may" the word is a verb
        if found.get("month"):
            return _month_near(_MONTHS[str(found["month"]).lower()], str(found["which"]), asked_on)
        return _relative(found, asked_on)
    except (ValueError, OverflowError):  # 30 February, or before the year 1
        return None


def _explicit(found: dict[str, str | None]) -> Period:
    year = int(str(found["year"]))
    if found.get("until"):
        last = int(str(found["until"]))
        return Period(dt.date(year, 1, 1), dt.date(last, 12, 31), f"{year} {last}")
    if found.get("decade"):
        return Period(dt.date(year, 1, 1), dt.date(year + 9, 12, 31), f"{year}s")
    month = found.get("number") or _MONTHS.get(str(found.get("month")).lower())
    if month is None:
        return _whole_year(year)
    if found.get("day"):
        return _one_day(dt.date(year, int(month), int(str(found["day"]))))
    return _whole_month(year, int(month))


def _month_near(month: int, which: str, asked_on: dt.date) -> Period:
    """Return this year's month, or the last such month that is over."""
    back = which.lower() != "this" and month >= asked_on.month
    return _whole_month(asked_on.year - back, month)


def _relative(found: dict[str, str | None], asked_on: dt.date) -> Period:
    which, unit = str(found.get("which")).lower(), str(found.get("unit")).lower()
    if found.get("count"):
        return _ago(str(found["count"]).lower(), unit, asked_on)
    if found.get("unit"):
        return _running(unit, asked_on, back=which != "this")
    return _one_day(asked_on - dt.timedelta(days=which == "yesterday"))


def _ago(text: str, unit: str, asked_on: dt.date) -> Period:
    count = _COUNTS.get(text) or int(text)
    if unit == "year":
        return _whole_year(asked_on.year - count)
    if unit == "month":
        months = asked_on.year * 12 + asked_on.month - 1 - count
        return _whole_month(months // 12, months % 12 + 1)
    day = asked_on - dt.timedelta(days=count * (7 if unit == "week" else 1))
    if unit == "day":
        return _one_day(day)
    return Period(day - dt.timedelta(days=3), day, f"{day:%B %Y}")


def _running(unit: str, asked_on: dt.date, *, back: bool) -> Period:
    """Return the year, month or week of a day, or the one before."""
    if unit == "year":
        return _whole_year(asked_on.year - back)
    if unit == "month":
        day = asked_on.replace(day=1) - dt.timedelta(days=back)
        return _whole_month(day.year, day.month)
    monday = asked_on - dt.timedelta(days=asked_on.weekday() + 7 * back)
    return Period(monday, monday + dt.timedelta(days=6), f"{monday:%B %Y}")


def _one_day(day: dt.date) -> Period:
    return Period(day, day, f"{day.day} {day:%B %Y}")


def _whole_month(year: int, month: int) -> Period:
    first = dt.date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    return Period(first, last, f"{first:%B %Y}")


def _whole_year(year: int) -> Period:
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), str(year))
