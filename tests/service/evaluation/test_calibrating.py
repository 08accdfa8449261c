"""`pincite calibrate` over a tiny dataset, and the file that it writes in use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Generation, Observation, Retriever, Trial, observe
from service.evaluation.calibrating import calibrate
from service.settings.settings import load_settings
from tests.fakes import MODEL, recipe_of, write_files
from tests.service.commands.test_cli_refusals import refused
from tests.service.conftest import Run

METALS = ("copper", "silver", "iron", "zinc", "gold", "lead", "nickel", "cobalt")


def write_dataset(folder: Path, *, answerable: bool | None = None) -> Path:
    """Write a question and a record for each metal; half lack a record if questions have labels."""
    told = METALS if answerable is None else METALS[::2]
    records = [
        {"_id": metal, "title": f"On {metal}", "text": f"Miners dig {metal} in the hills."}
        for metal in told
    ]
    questions = [
        {
            "_id": metal,
            "text": f"Who digs {metal}?",
            "metadata": {} if answerable is None else {"answerable": metal in told},
        }
        for metal in METALS
    ]
    judgements = [f"{metal}\t{metal}\t1" for metal in told]
    return write_files(
        folder,
        {
            "corpus.jsonl": "\n".join(map(json.dumps, records)),
            "queries.jsonl": "\n".join(map(json.dumps, questions)),
            "qrels/test.tsv": "\n".join(["query-id\tcorpus-id\tscore", *judgements]),
        },
    )


def test_regressions_without_the_answer_model_can_be_kept(run: Run, tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "metals", answerable=True)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert run("calibrate", folder, "--output", first).status == 0
    kept = json.loads(first.read_text())
    kept["trusted"]["intercept"] = 1.25
    first.write_text(json.dumps(kept))
    assert run("calibrate", folder, "--keep", first, "--output", second).status == 0
    assert json.loads(second.read_text())["trusted"] == kept["trusted"]


def test_what_is_written_is_the_confidence_of_its_model(
    run: Run, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_dataset(tmp_path / "metals", answerable=True)
    fitted = tmp_path / "fitted.json"
    assert run("calibrate", folder, "--output", fitted).status == 0
    written = json.loads(fitted.read_text())
    assert written["weights_hash"] == MODEL.weights_hash
    assert written["fitted_on"] == ["metals"]
    assert written["trusted"]["coefficients"]["fused"] > 0
    monkeypatch.setenv("PINCITE_CALIBRATION", str(fitted))
    place = ("--documents", three, "--index", tmp_path / "index", "--json")
    sure = json.loads(run("ask", "How do ninety ships unload copper?", *place).out)
    unsure = json.loads(run("ask", "Who won the chess match?", *place).out)
    assert sure["confidence"] > unsure["confidence"]


def test_questions_that_all_have_an_answer_are_robbed_of_some(run: Run, tmp_path: Path) -> None:
    metals = write_dataset(tmp_path / "metals")
    others = write_dataset(tmp_path / "others")
    outcome = run("calibrate", metals, others, "--output", tmp_path / "fitted.json")
    assert outcome.status == 0
    assert "metals" in outcome.out
    assert "others" in outcome.out


def test_a_folder_that_is_no_dataset_is_refused_and_nothing_written(
    run: Run, tmp_path: Path
) -> None:
    fitted = tmp_path / "fitted.json"
    refused(run("calibrate", tmp_path / "none", "--output", fitted), "corpus.jsonl")
    assert not fitted.exists()


def test_a_trial_asks_an_index_of_its_own_records_only(tmp_path: Path) -> None:
    trials = []

    def note(trial: Trial, retriever: Retriever, generation: Generation) -> list[Observation]:
        assert frozenset(generation.catalog.paths()) == trial.corpus.ids
        trials.append(trial)
        return observe(trial, retriever, generation)

    metals = write_dataset(tmp_path / "m")
    calibrate(
        load_settings(),
        [metals],
        None,
        None,
        lambda done, of: None,
        recipe_of=recipe_of,
        ask=note,
    )
    assert len({trial.corpus.ids for trial in trials}) > 1, "a later trial holds fewer records"
