"""The conditions on one metadata key in a request: values, bounds or an expression."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from index import AllOf, AnyOf, Condition, Filter, Not, OneOf, Range

DAY_RULE = "a day as YYYY-MM-DD"
LONGEST_VALUE = 1000  # characters
MOST_VALUES = 100  # of one field
_MOST_PARTS = 500  # conditions, values and what joins them

_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SIGN = re.compile(">=|<=|[=<>]")
_BOUNDS = {">=": "gte", ">": "gt", "<=": "lte", "<": "lt"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of which a source must hold one, or all if `every` is true."""

    values: tuple[str | float, ...]
    every: bool = False

    def filter(self, key: str) -> Filter:
        """Return the filter for sources that hold these values under a key."""
        if self.every:
            return AllOf(tuple(OneOf(key, (value,)) for value in self.values))
        return OneOf(key, self.values)

    def each(self, condition: Callable[[str], Filter]) -> Filter:
        """Return the filter that combines `condition` of each value."""
        parts = tuple(condition(str(value)) for value in self.values)
        return AllOf(parts) if self.every else AnyOf(parts)


def check_size(chosen: Filter) -> None:
    """Refuse a filter that costs more than a small, bounded time.

    Raises:
        ValueError: it has too many conditions and values, or one that is too long.
    """
    parts, waiting = 0, [chosen]
    while waiting:
        one = waiting.pop()
        parts += 1
        if isinstance(one, AllOf | AnyOf):
            waiting += one.parts
        elif isinstance(one, Not):
            waiting.append(one.part)
        elif any(isinstance(text, str) and len(text) > LONGEST_VALUE for text in _held(one)):
            raise ValueError(f"expected texts of {LONGEST_VALUE} characters at most")
        else:
            parts += len(_held(one))
        if parts > _MOST_PARTS:
            raise ValueError(f"expected {MOST_VALUES} values and conditions at most")


def _held(condition: Condition) -> list[object]:
    """Return the key of a condition and its value."""
    values = [getattr(condition, field.name) for field in fields(condition)]
    return [one for value in values for one in (value if isinstance(value, tuple) else (value,))]


def _day(value: object) -> dt.date:
    # pydantic would accept timestamps and other ISO forms
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError(f"expected {DAY_RULE}")
    return dt.date.fromisoformat(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or _UNUSABLE.search(value):
        raise ValueError("expected a text")
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"expected a text of {LONGEST_VALUE} characters at most")
    return value


def _value(value: object) -> str | float:
    """Return a text or a number; metadata holds true and false as texts."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, int | float):
        return _text(value)
    return finite(value)


def finite(value: float) -> float:
    """Return a number as a 64-bit float.

    Raises:
        ValueError: it is infinite, not a number, or too large for one.
    """
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("expected a number that a 64-bit float holds")
    return number


def _chosen(value: object, one: Callable[[object], str | float]) -> Choice:
    every = isinstance(value, dict) and value.keys() == {"all"}
    values = value["all"] if isinstance(value, dict) and every else value
    if not isinstance(values, list | tuple):
        if every:
            raise ValueError("expected a list")
        values = [values]
    if not values:
        raise ValueError("expected one value at least")
    if len(values) > MOST_VALUES:
        raise ValueError(f"expected {MOST_VALUES} values at most")
    return Choice(tuple(one(each) for each in values), every)


def _choice(value: object) -> Choice:
    return _chosen(value, _text)


def _texts(value: object) -> Choice:
    if isinstance(value, list | tuple):
        return _chosen(value, _text)
    raise ValueError("expected a list")


def _wanted(value: object) -> Choice | dict[str, str | float]:
    if not isinstance(value, dict) or value.keys() == {"all"}:
        return _chosen(value, _value)
    if not value or value.keys() - set(_BOUNDS.values()):
        raise ValueError("expected bounds")
    if any(isinstance(bound, bool) for bound in value.values()):
        raise ValueError("expected a text or a number")
    return {name: _value(bound) for name, bound in value.items()}


def _where(value: object) -> tuple[Condition, ...]:
    conditions: list[Condition] = []
    given = value if isinstance(value, list | tuple) else [value]
    if len(given) > MOST_VALUES:
        raise ValueError(f"expected {MOST_VALUES} conditions at most")
    for text in given:
        condition = _text(text)
        found = _SIGN.search(condition)
        key = condition[: found.start()].strip() if found else ""
        wanted = condition[found.end() :].strip() if found else ""
        if found is None or not key or not wanted or wanted[0] in "=<>":
            raise ValueError("expected a key, a sign and a value")
        sign = found[0]
        conditions.append(
            OneOf(key, (wanted,)) if sign == "=" else Range(key, **{_BOUNDS[sign]: wanted})
        )
    return tuple(conditions)


_TEXT = {"type": "string", "pattern": r"\S"}
_VALUE = {"anyOf": [_TEXT, {"type": "number"}, {"type": "boolean"}]}
_BOUND = {"anyOf": [_TEXT, {"type": "number"}]}


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema, "minItems": 1}


def _object_of(names: Iterable[str], schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict.fromkeys(names, schema),
        "additionalProperties": False,
        "minProperties": 1,
    }


def _one_or_more(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, _list_of(schema), _object_of(["all"], _list_of(schema))]}


# Each type has its JSON Schema, which pydantic cannot derive from a function.
Day = Annotated[dt.date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
OneOrMore = Annotated[Choice, PlainValidator(_choice), WithJsonSchema(_one_or_more(_TEXT))]
Several = Annotated[Choice, PlainValidator(_texts), WithJsonSchema(_list_of(_TEXT))]
Wanted = Annotated[
    Choice | dict[str, str | float],
    PlainValidator(_wanted),
    WithJsonSchema(
        {"anyOf": [*_one_or_more(_VALUE)["anyOf"], _object_of(_BOUNDS.values(), _BOUND)]}
    ),
]
Where = Annotated[
    tuple[Condition, ...],
    PlainValidator(_where),
    WithJsonSchema(_list_of({"type": "string", "pattern": "[=<>]"})),
]
