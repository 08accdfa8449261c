from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index import DatasetError, Evaluation
from service.evaluation.reports import evaluation_json, find_drops, read_baselines

FOUND = Evaluation(
    dataset="tiny",
    questions=4,
    measures={"hit@1": 0.5, "mrr@10": 0.625, "auroc": None},
    kinds={"near": {"auroc": 0.75}},
    intervals={"hit@1": (0.25, 0.75), "mrr@10": (0.5, 0.75)},
    latency_ms={"p50": 1.5, "p95": 2.5},
)


def measured(**measures: float | None) -> Evaluation:
    named = {name.replace("_", "@"): value for name, value in measures.items()}
    return replace(FOUND, measures={**FOUND.measures, **named})


def test_an_evaluation_is_one_line_of_json() -> None:
    line = evaluation_json(FOUND)
    assert "\n" not in line
    assert json.loads(line) == {
        "dataset": "tiny",
        "questions": 4,
        "hit@1": 0.5,
        "mrr@10": 0.625,
        "auroc": None,
        "kinds": {"near": {"auroc": 0.75}},
        "latency_ms": {"p50": 1.5, "p95": 2.5},
        "intervals": {"hit@1": [0.25, 0.75], "mrr@10": [0.5, 0.75]},
    }


@pytest.mark.parametrize(
    ("now", "drops"),
    [
        (FOUND, []),
        (measured(hit_1=0.25), []),
        (measured(hit_1=1.0), []),
        (measured(hit_1=0.24), ["tiny: hit@1 fell from 0.5000 to 0.2400, by more than 0.2500"]),
        (measured(hit_1=None), ["tiny: hit@1 fell from 0.5000 to nothing, by more than 0.2500"]),
        (
            measured(hit_1=0.0, mrr_10=0.0),
            [
                "tiny: hit@1 fell from 0.5000 to 0.0000, by more than 0.2500",
                "tiny: mrr@10 fell from 0.6250 to 0.0000, by more than 0.1250",
            ],
        ),
    ],
)
def test_a_drop_is_a_fall_by_more_than_half_an_interval(
    tmp_path: Path, now: Evaluation, drops: list[str]
) -> None:
    other = replace(FOUND, dataset="other")
    (tmp_path / "before").write_text(f"{evaluation_json(FOUND)}\n\n{evaluation_json(other)}\n")
    baselines = read_baselines(tmp_path / "before")
    assert list(baselines) == ["tiny", "other"]
    assert find_drops(now, baselines["tiny"]) == drops


def test_a_baseline_that_lacks_a_value_is_refused(tmp_path: Path) -> None:
    before = {"dataset": "tiny", "intervals": {"hit@1": [0, 1]}}
    (tmp_path / "before").write_text(json.dumps(before))
    baseline = read_baselines(tmp_path / "before")["tiny"]
    with pytest.raises(DatasetError, match="the baseline of tiny has no value of hit@1"):
        find_drops(FOUND, baseline)


@pytest.mark.parametrize("content", [b"\n[]", b"\n{}", b'\n{"dataset": "x"}', b"\nx", b"\n\xff"])
def test_a_baseline_that_is_none_is_refused_by_its_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "before").write_bytes(content)
    with pytest.raises(DatasetError, match="before, line 2: not the output of "):
        read_baselines(tmp_path / "before")
