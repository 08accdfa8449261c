from __future__ import annotations

from dataclasses import replace

import pytest

from index import Evaluation
from service.commands.evaluation_tables import print_evaluations

PLAIN = Evaluation(
    dataset="plain",
    questions=4,
    measures={"hit@1": 0.5, "auroc": None},
    kinds={},
    intervals={"hit@1": (0.25, 0.75)},
    latency_ms={"p50": 1.5, "p95": 2.5},
)
KINDS = replace(PLAIN, dataset="kinds", kinds={"near [x]": {"auroc": 0.75, "refused": None}})


def test_each_kind_has_rows_after_those_of_all_questions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_evaluations([PLAIN, KINDS])
    lines = capsys.readouterr().out.splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]
    assert rows == [
        ["hit@1", "0.5000 (0.250-0.750)", "0.5000 (0.250-0.750)"],
        ["auroc", "-", "-"],
        ["auroc, near [x]", "-", "0.7500"],
        ["refused, near [x]", "-", "-"],
        ["latency p50, ms", "1.5", "1.5"],
        ["latency p95, ms", "2.5", "2.5"],
    ]
