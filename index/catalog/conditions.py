"""Conditions of a filter as SQL over the table `attributes` of the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from index.attributes import comparable, number
from index.filters import Condition, Contains, OneOf, Prefix, Suffix, Value

_AT_ONCE = 500  # values of one IN; SQLite takes 999 parameters or more


def alternatives(condition: Condition) -> list[tuple[str, list[Value]]]:
    """Return SQL clauses with their parameters; a row passes if one of the clauses is true."""
    key = condition.key
    if isinstance(condition, OneOf):
        return _one_of(key, condition.values)
    if isinstance(condition, Prefix):
        start = comparable(key, condition.start)
        return [("substr(text, 1, ?) = ?", [len(start), start])]
    if isinstance(condition, Suffix):
        end = comparable(key, condition.end)
        return [("substr(text, max(1, length(text) - ? + 1)) = ?", [len(end), end])]
    if isinstance(condition, Contains):
        return [("instr(text, ?) > 0", [comparable(key, condition.part)])]
    bounds = {">=": condition.gte, ">": condition.gt, "<=": condition.lte, "<": condition.lt}
    clauses = [_compare(key, sign, value) for sign, value in bounds.items() if value is not None]
    sql = " AND ".join(clause for clause, _ in clauses)
    return [(sql or "TRUE", [value for _, values in clauses for value in values])]


def _one_of(key: str, values: Sequence[Value]) -> list[tuple[str, list[Value]]]:
    """Return a clause for the texts and one for the numbers, each of which has an index."""
    texts: list[Value] = [comparable(key, one) for one in values if isinstance(one, str)]
    numbers: list[Value] = [one for one in values if not isinstance(one, str)]
    return [
        (f"{column} IN ({', '.join('?' * len(part))})", part)
        for column, held in (("text", texts), ("number", numbers))
        for start in range(0, len(held), _AT_ONCE)
        for part in [held[start : start + _AT_ONCE]]
    ]


def _compare(key: str, sign: str, value: Value) -> tuple[str, list[Value]]:
    if not isinstance(value, str):
        return f"number {sign} ?", [value]
    text = comparable(key, value)
    as_number = None if sign == "=" else number(text)
    if as_number is None:
        return f"text {sign} ?", [text]
    return f"iif(number IS NULL, text {sign} ?, number {sign} ?)", [text, as_number]
