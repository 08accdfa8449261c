"""Ranking, evidence and abstention reach on public data what the README says.

One dataset is measured in every run, the others in those that are `long`.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass

import pytest

from tests.conftest import ROOT
from tests.readme import command
from tests.server import PINCITE

DATA = ROOT.parent / "shared" / "data"

# From the issue "Answers worth trusting": limits that must hold, not goals.
FLOORS = {
    "scifact": {"ndcg@10": 0.755},
    "squad2": {"ndcg@10": 0.935, "hit@1": 0.865, "evidence@gold": 0.82},
    "squad2-half-corpus": {"auroc": 0.98},
    "xquad-en": {"ndcg@10": 0.985},
}
CEILINGS = {"squad2-half-corpus": {"ece": 0.05}}  # the error of the calibration
SHORT = "xquad-en"
SHOWN = ("ndcg@10", "recall@100", "hit@1", "evidence@gold", "auroc", "ece")


@dataclass(frozen=True)
class Measured:
    dataset: str
    values: dict[str, float | None]

    def value(self, name: str) -> float:
        found = self.values[name]
        assert found is not None, (self.dataset, name)
        return found


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=[] if name == SHORT else [pytest.mark.long]) for name in FLOORS
    ],
)
def measured(request: pytest.FixtureRequest) -> Measured:
    """Run the README's command for one of its datasets."""
    if not DATA.is_dir():
        pytest.skip(f"the public questions are not here: {DATA} does not exist")
    evaluate = re.sub(r" \S*/shared/data/\S+", "", command("public questions"))
    text = f"{evaluate} ../shared/data/{request.param} --json"
    done = subprocess.run(
        ["bash", "-c", text.replace(".venv/bin/pincite", PINCITE)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Measured(request.param, json.loads(done.stdout))


pytestmark = [pytest.mark.system, pytest.mark.timeout(2400)]


def test_every_measure_is_above_its_floor(measured: Measured) -> None:
    for name, floor in FLOORS[measured.dataset].items():
        assert measured.value(name) >= floor, name
    for name, ceiling in CEILINGS.get(measured.dataset, {}).items():
        assert measured.value(name) <= ceiling, name


def test_the_readme_shows_what_is_measured(measured: Measured) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| {measured.dataset} \|(.*)\|$", readme, re.M)
    shown = [float(cell) for cell in re.findall(r"\d\.\d+", row)]
    values = [measured.values.get(name) for name in SHOWN]
    assert shown == pytest.approx([one for one in values if one is not None], abs=0.005)


def test_the_readme_measures_all_of_them() -> None:
    assert re.findall(r"shared/data/(\S+)", command("public questions")) == list(FLOORS)
