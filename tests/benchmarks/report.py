"""Prints the results of a benchmark as a table, and writes them as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

Row = Mapping[str, str | int | float]


def print_table(title: str, rows: Sequence[Row]) -> None:
    """Print rows of the same keys."""
    table = Table(title=title, title_justify="left")
    for name in rows[0]:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*map(_shown, row.values()))
    Console(width=160).print(table)


def write_json(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as a JSON array of objects."""
    path.write_text(json.dumps(list(rows), indent=2) + "\n", encoding="utf-8")


def _shown(value: str | float) -> str:
    return (
        f"{value:,.3g}"
        if isinstance(value, float) and abs(value) < 100
        else (f"{value:,.0f}" if isinstance(value, float | int) else value)
    )
