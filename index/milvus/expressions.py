"""From a typed filter to an expression of Milvus.

What a document can be filtered by is kept in one flat JSON field: the text of value `v` of key `k`
under `k_v`, and the number that it reads as under `k_vn`, both keys being numbers. Texts are spelt
with a letter for each half of a byte, in stored values as in expressions. So no text of a user
stands in an expression, nor anything that it would have to escape; and as spelling keeps order,
prefixes and parts, comparisons hold of it as they do of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from index.attributes import comparable, number
from index.filters import (
    AllOf,
    AnyOf,
    Condition,
    Contains,
    Filter,
    Not,
    OneOf,
    Prefix,
    Suffix,
    Value,
)

ATTRIBUTES, DOCUMENT = "attributes", "document"

_ALL, _NONE = f"{DOCUMENT} >= 0", f"{DOCUMENT} < 0"
# high halves and low halves have letters of their own: no part is found across two bytes
_SPELT = [chr(97 + byte // 16) + chr(65 + byte % 16) for byte in range(256)]
_AFTER = "q"  # sorts behind the spelling of every byte


def spell(text: str) -> str:
    """Return a text in the letters that stand for its bytes in UTF-8."""
    return "".join(_SPELT[byte] for byte in text.encode("utf-8", "surrogatepass"))


class Keys:
    """The keys of one generation in order, and how many values any document has of each."""

    def __init__(self, most: Mapping[str, int]) -> None:
        self.most = most
        self._places = {key: place for place, key in enumerate(most)}

    def fields(self, key: str) -> list[str]:
        """Return the name of the field of each value that a document may have, none of others."""
        return [f"{self._places[key]}_{value}" for value in range(self.most.get(key, 0))]

    def stored(self, attributes: Iterable[tuple[str, str]]) -> dict[str, str | float]:
        """Return the JSON field of a document with these keys and comparable texts."""
        found: dict[str, str | float] = {}
        for key, values in groupby(sorted(attributes), key=lambda one: one[0]):
            for field, (_, text) in zip(self.fields(key), values, strict=False):
                found[field] = spell(text)
                value = number(text)
                if value is not None:
                    found[f"{field}n"] = value
        return found


def count_values(attributes: Iterable[tuple[str, str]], most: dict[str, int]) -> None:
    """Raise what `most` says of each key to the number of values that a document has of it."""
    for key, values in groupby(sorted(attributes), key=lambda one: one[0]):
        most[key] = max(most.get(key, 0), len(list(values)))


def expression(chosen: Filter, keys: Keys) -> str:
    """Return the expression that holds of the passages whose source passes a filter."""
    if isinstance(chosen, Not):
        return f"not ({expression(chosen.part, keys)})"
    if isinstance(chosen, AllOf | AnyOf):
        joint, empty = (" and ", _ALL) if isinstance(chosen, AllOf) else (" or ", _NONE)
        return joint.join(f"({expression(part, keys)})" for part in chosen.parts) or empty
    clauses = [
        # where a field is missing, what is said of it is neither true nor false, nor is its `not`
        f"(exists {_named(field)} and {clause})"
        for field in keys.fields(chosen.key)
        for clause in _clauses(chosen, field)
    ]
    return " or ".join(clauses) or _NONE


def _named(field: str) -> str:
    return f'{ATTRIBUTES}["{field}"]'


def _clauses(condition: Condition, field: str) -> list[str]:
    """Return what may hold of one value; it passes if one does."""
    key, text = condition.key, _named(field)
    if isinstance(condition, OneOf):
        return [_compare(key, field, "==", value) for value in condition.values]
    if isinstance(condition, Prefix):
        start = spell(comparable(key, condition.start))
        return [f'({text} >= "{start}" and {text} < "{start}{_AFTER}")']
    if isinstance(condition, Suffix):
        return [f'{text} like "%{spell(comparable(key, condition.end))}"']
    if isinstance(condition, Contains):
        return [f'{text} like "%{spell(comparable(key, condition.part))}%"']
    bounds = {">=": condition.gte, ">": condition.gt, "<=": condition.lte, "<": condition.lt}
    given = [_compare(key, field, sign, one) for sign, one in bounds.items() if one is not None]
    return [f"({' and '.join(given)})" if given else f"exists {text}"]


def _compare(key: str, field: str, sign: str, value: Value) -> str:
    """Return what index.catalog.conditions says in SQL: numbers with numbers, texts with texts."""
    as_text, as_number = _named(field), _named(f"{field}n")
    if not isinstance(value, str):
        return f"(exists {as_number} and {as_number} {sign} {float(value)!r})"
    text = comparable(key, value)
    spelt = f'{as_text} {sign} "{spell(text)}"'
    limit = None if sign == "==" else number(text)
    if limit is None:
        return spelt
    numbers = f"exists {as_number} and {as_number} {sign} {limit!r}"
    return f"(({numbers}) or (not (exists {as_number}) and {spelt}))"
