"""From a typed filter to an expression of Milvus.

The attributes of a document are stored in one flat JSON field: value number `v` of key number `k`
is stored as text under `k_v`, and as number, if it is one, under `k_vn`. Each byte of a text is
spelt with two letters, in stored values and in expressions. So an expression never contains text of
a user, and nothing needs escaping. Spelling preserves order, prefixes and substrings, so spelt
texts compare as the texts do.
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
# the high and the low half of a byte use different letters, so a match never begins inside a byte
_SPELT = [chr(97 + byte // 16) + chr(65 + byte % 16) for byte in range(256)]
_AFTER = "q"  # sorts after the spelling of every byte


def spell(text: str) -> str:
    """Return a text spelt with two letters for each byte of its UTF-8 encoding."""
    return "".join(_SPELT[byte] for byte in text.encode("utf-8", "surrogatepass"))


class Keys:
    """The keys of one generation in order, each with the most values that a document has of it."""

    def __init__(self, most: Mapping[str, int]) -> None:
        self.most = most
        self._places = {key: place for place, key in enumerate(most)}

    def fields(self, key: str) -> list[str]:
        """Return the names of the fields that hold the values of a key, none for unknown keys."""
        return [f"{self._places[key]}_{value}" for value in range(self.most.get(key, 0))]

    def stored(self, attributes: Iterable[tuple[str, str]]) -> dict[str, str | float]:
        """Return the JSON field of a document with these attributes."""
        found: dict[str, str | float] = {}
        for key, values in groupby(sorted(attributes), key=lambda one: one[0]):
            for field, (_, text) in zip(self.fields(key), values, strict=False):
                found[field] = spell(text)
                value = number(text)
                if value is not None:
                    found[f"{field}n"] = value
        return found


def count_values(attributes: Iterable[tuple[str, str]], most: dict[str, int]) -> None:
    """Raise the maximum of each key in `most` to the number of values that a document has."""
    for key, values in groupby(sorted(attributes), key=lambda one: one[0]):
        most[key] = max(most.get(key, 0), len(list(values)))


def expression(chosen: Filter, keys: Keys) -> str:
    """Return the expression that selects the passages whose source passes a filter."""
    if isinstance(chosen, Not):
        return f"not ({expression(chosen.part, keys)})"
    if isinstance(chosen, AllOf | AnyOf):
        joint, empty = (" and ", _ALL) if isinstance(chosen, AllOf) else (" or ", _NONE)
        return joint.join(f"({expression(part, keys)})" for part in chosen.parts) or empty
    clauses = [
        # without `exists`, a comparison with a missing field is neither true nor false
        f"(exists {_named(field)} and {clause})"
        for field in keys.fields(chosen.key)
        for clause in _clauses(chosen, field)
    ]
    return " or ".join(clauses) or _NONE


def _named(field: str) -> str:
    return f'{ATTRIBUTES}["{field}"]'


def _clauses(condition: Condition, field: str) -> list[str]:
    """Return expressions over one value; the value passes if one of them is true."""
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
    """Compare numbers with numbers and texts with texts, as index.catalog.conditions does."""
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
