"""Days of a question on which nothing happens in the corpus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from index.generation.engine import PassageRows
from index.lexical.terms import term_hash
from index.lexical.words import LAST_DAY, day_form


def count_missing_days(days: Sequence[tuple[int, int]], rows: PassageRows) -> int:
    """Count the days, each a month and a day of it, that the corpus does not name.

    `days` stand nowhere in it as words. One is missing if candidates name other days of its month
    in the same way, and none has its date: otherwise the corpus may write dates in another way.
    """
    dates = {dt.date.fromordinal(int(day)) for day in np.unique(rows.days) if day > 0}
    dated = {(date.month, date.day) for date in dates}
    return sum(
        day not in dated and bool(np.isin(rows.terms.hashes, _days_of(day[0])).any())
        for day in days
    )


def _days_of(month: int) -> list[int]:
    return [term_hash(day_form(month, day)) for day in range(1, LAST_DAY + 1)]
