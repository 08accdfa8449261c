"""Which answer model reads for a retriever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import Calibration, Query, Reading
from index.answering.confidence import Regression
from index.generation.folder import open_generation
from service.settings.settings import load_settings
from service.wiring.models import open_answer_model, open_retriever
from tests.fakes import MODEL, recipe


class Sure:
    """Says that every window answers."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        return [Reading(0.9, None, 0.0) for _ in pairs]


EVEN = Regression(coefficients={}, intercept=0.0)


class Opener:
    """Opens a Sure model by any name, and remembers the names."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> Sure:
        self.names.append(name)
        return Sure()


def write_calibration(folder: Path, fitted_with: str | None) -> Path:
    calibration = Calibration(
        model=MODEL.name,
        weights_hash=MODEL.weights_hash,
        fitted_on=(),
        trusted=EVEN,
        lexical=EVEN,
        answer_model=fitted_with,
        answered=Regression(coefficients={"answer": 1.0}, intercept=0.0) if fitted_with else None,
    )
    path = folder / "calibration.json"
    path.write_text(calibration.model_dump_json())
    return path


def confidence(index: Path, calibration: Path, answer_model: str, opener: Opener) -> float | None:
    settings = load_settings(calibration=calibration, answer_model=answer_model)
    retriever = open_retriever(settings, recipe(), answer_model_of=opener)
    query, generation = Query("Who weighs the copper at dawn?"), open_generation(index)
    [ranking] = retriever.rank([query], retriever.embed([query], generation), generation)
    assert ranking is not None
    return ranking.confidence


def test_the_model_that_the_calibration_was_fitted_with_reads(index: Path, tmp_path: Path) -> None:
    opener = Opener()
    calibration = write_calibration(tmp_path, "default")
    assert confidence(index, calibration, "default", opener) == pytest.approx(0.9)
    assert opener.names == ["default"]


@pytest.mark.parametrize("fitted_with", ["default", None])
def test_without_a_model_confidence_rests_on_the_search(
    index: Path, tmp_path: Path, fitted_with: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    opener = Opener()
    assert confidence(index, write_calibration(tmp_path, fitted_with), "none", opener) == 0.5
    assert (opener.names, capsys.readouterr().err) == ([], "")


def test_an_older_calibration_needs_no_model(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opener = Opener()
    assert confidence(index, write_calibration(tmp_path, None), "default", opener) == 0.5
    assert (opener.names, capsys.readouterr().err) == ([], "")


def test_a_named_model_that_no_calibration_knows_is_reported(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opener = Opener()
    assert confidence(index, write_calibration(tmp_path, "default"), "mine", opener) == 0.5
    assert opener.names == []
    assert "the answer model mine is not used" in capsys.readouterr().err


@pytest.mark.system
def test_a_model_is_opened_once_for_all_retrievers() -> None:
    assert open_answer_model("default") is open_answer_model("default") is not None
