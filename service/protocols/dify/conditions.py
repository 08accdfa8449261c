"""Dify's conditions on metadata as filters of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from index import AllOf, AnyOf, Contains, Filter, Not, OneOf, Prefix, Range, Suffix
from service.schemas.conditions import check_size, finite

Operator = Literal[
    "contains", "not contains", "start with", "end with", "is", "is not", "in", "not in",
    "empty", "not empty", "=", "≠", ">", "<", "≥", "≤", "before", "after",
]  # fmt: skip
One = StrictStr | StrictInt | StrictFloat
Value = One | list[One] | None


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Condition(BaseModel):
    """A condition on a key; older versions of Dify send several keys, of which any may match."""

    name: Annotated[list[str], Field(min_length=1), BeforeValidator(_listed)]
    comparison_operator: Operator
    value: Value = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Condition:
        self.filter()
        return self

    def filter(self) -> Filter:
        """Return the condition as a filter of the index.

        Raises:
            ValueError: the value does not fit the operator.
        """
        positive = _POSITIVE.get(self.comparison_operator, self.comparison_operator)
        parts = tuple(_HOLDS[positive](key, self.value) for key in self.name)
        held = parts[0] if len(parts) == 1 else AnyOf(parts)
        return held if positive == self.comparison_operator else Not(held)


class MetadataCondition(BaseModel):
    """Conditions joined by `and` or `or`."""

    logical_operator: Literal["and", "or"] | None = "and"
    conditions: list[Condition] | None = None

    def filter(self) -> Filter | None:
        """Return the conditions as a filter of the index, None without any."""
        parts = tuple(one.filter() for one in self.conditions or ())
        if not parts:
            return None
        return AnyOf(parts) if self.logical_operator == "or" else AllOf(parts)

    @model_validator(mode="after")
    def _is_small(self) -> MetadataCondition:
        if chosen := self.filter():
            check_size(chosen)
        return self


def _one(value: Value) -> One:
    if value is None or isinstance(value, list):
        raise ValueError("expected a text or a number")
    return _finite(value)


def _several(value: Value) -> tuple[One, ...]:
    if isinstance(value, list):
        return tuple(map(_finite, value))
    raise ValueError("expected a list")


def _finite(value: One) -> One:
    """Return a text as it is, and a number as the index compares it."""
    if isinstance(value, str) or -(2**63) <= value < 2**63:
        return value
    return finite(value)


def _text(value: Value) -> str:
    return str(_one(value))


def _number(value: Value) -> float:
    try:
        return float(_one(value))
    except ValueError:
        raise ValueError(f"expected a number, found {value!r}") from None


def _day(value: Value) -> str:
    """Return a day in ISO 8601; a number is a Unix time, Dify's own format."""
    one = _one(value)
    try:
        if isinstance(one, str):
            return dt.datetime.fromisoformat(one).date().isoformat()
        return dt.datetime.fromtimestamp(one, dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"expected a date as YYYY-MM-DD, found {value!r}") from None


_HOLDS: dict[Operator, Callable[[str, Value], Filter]] = {
    "contains": lambda key, value: Contains(key, _text(value)),
    "start with": lambda key, value: Prefix(key, _text(value)),
    "end with": lambda key, value: Suffix(key, _text(value)),
    "is": lambda key, value: OneOf(key, (_one(value),)),
    "in": lambda key, value: OneOf(key, _several(value)),
    "not empty": lambda key, _: Prefix(key, ""),
    "=": lambda key, value: OneOf(key, (_number(value),)),
    ">": lambda key, value: Range(key, gt=_number(value)),
    "<": lambda key, value: Range(key, lt=_number(value)),
    "≥": lambda key, value: Range(key, gte=_number(value)),
    "≤": lambda key, value: Range(key, lte=_number(value)),
    "before": lambda key, value: Range(key, lt=_day(value)),
    "after": lambda key, value: Range(key, gt=_day(value)),
}
# Each negated operator, and the operator that it negates.
_POSITIVE: dict[Operator, Operator] = {
    "not contains": "contains", "is not": "is", "not in": "in", "empty": "not empty", "≠": "=",
}  # fmt: skip
