"""What the README says of ranking, evidence and abstention is reached on public data."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.readme import command
from tests.server import PINCITE

DATA = ROOT.parent / "shared" / "data"

# From the issue "Answers worth trusting": each is a floor, not a goal.
FLOORS = {
    "scifact": {"ndcg@10": 0.755},
    "squad2": {"ndcg@10": 0.935, "hit@1": 0.865, "evidence@gold": 0.82},
    "squad2-half-corpus": {"auroc": 0.98},
    "xquad-en": {"ndcg@10": 0.985},
}
MOST_CALIBRATION_ERROR = 0.05


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    if not DATA.is_dir():
        pytest.skip(f"the public questions are not here: {DATA} does not exist")
    text = command("public questions").replace(".venv/bin/pincite", PINCITE) + " --json"
    done = subprocess.run(
        ["bash", "-c", text], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["dataset"]: line for line in lines}


@pytest.mark.timeout(2400)
@pytest.mark.parametrize("dataset", FLOORS)
def test_every_measure_is_above_its_floor(
    dataset: str, measured: dict[str, dict[str, Any]]
) -> None:
    for name, floor in FLOORS[dataset].items():
        assert measured[dataset][name] >= floor, (dataset, name)


def test_confidence_is_calibrated(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["squad2-half-corpus"]["ece"] <= MOST_CALIBRATION_ERROR


def test_the_readme_shows_what_is_measured(measured: dict[str, dict[str, Any]]) -> None:
    readme = Path(ROOT / "README.md").read_text(encoding="utf-8")
    for dataset, found in measured.items():
        [row] = re.findall(rf"^\| {dataset} \|(.*)\|$", readme, re.M)
        shown = [float(cell) for cell in re.findall(r"\d\.\d+", row)]
        names = [name for name in FLOORS_SHOWN if found.get(name) is not None]
        values = [found[name] for name in names]
        assert shown == pytest.approx(values, abs=0.005), dataset


FLOORS_SHOWN = ("ndcg@10", "recall@100", "hit@1", "evidence@gold", "auroc", "ece")
