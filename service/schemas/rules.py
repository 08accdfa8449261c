"""The allowed values of each field in words, the same in error messages and in the description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def explain(rules: Mapping[str, str]) -> Callable[[dict[str, Any]], None]:
    """Return a `json_schema_extra` that makes each field's rule its description."""

    def describe(schema: dict[str, Any]) -> None:
        for name, field in schema["properties"].items():
            if name in rules:
                field["description"] = rules[name]

    return describe
