"""What each field may hold, in words: the same in an error's message and in the description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def explain(rules: Mapping[str, str]) -> Callable[[dict[str, Any]], None]:
    """Return what gives each field in a model's JSON Schema its rule as its description."""

    def describe(schema: dict[str, Any]) -> None:
        for name, field in schema["properties"].items():
            if name in rules:
                field["description"] = rules[name]

    return describe
