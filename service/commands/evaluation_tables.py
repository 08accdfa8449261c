"""The measures of an evaluation as tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from index import Evaluation
from service.commands.terminal import open_console, print_table


def print_evaluations(evaluations: Sequence[Evaluation]) -> None:
    """Print a table with a column for each dataset and a row for each measure."""
    table = Table("measure", *(escape(one.dataset) for one in evaluations))
    for name in evaluations[0].measures:
        table.add_row(name, *(_measure(one, name) for one in evaluations))
    for kind in dict.fromkeys(kind for one in evaluations for kind in one.kinds):
        for name in next(one.kinds[kind] for one in evaluations if kind in one.kinds):
            row = (_number(one.kinds.get(kind, {}).get(name)) for one in evaluations)
            table.add_row(escape(f"{name}, {kind}"), *row)
    for name in ("p50", "p95"):
        row = (f"{one.latency_ms[name]:.1f}" for one in evaluations)
        table.add_row(f"latency {name}, ms", *row)
    print_table(open_console(), table)


def print_checks(checks: dict[str, tuple[float | None, float | None]]) -> None:
    """Print AUROC and calibration error of each dataset."""
    table = Table("dataset", "auroc", "ece")
    for dataset, values in checks.items():
        table.add_row(dataset, *map(_number, values))
    print_table(open_console(), table)


def _measure(evaluation: Evaluation, name: str) -> str:
    value = evaluation.measures[name]
    if value is None or name not in evaluation.intervals:
        return _number(value)
    low, high = evaluation.intervals[name]
    return f"{value:.4f} ({low:.3f}-{high:.3f})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
