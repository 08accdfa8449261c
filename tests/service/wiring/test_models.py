"""Which answer model reads for a retriever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import Calibration, Query, Reading
from index.answering.confidence import Regression
from index.generation.folder import open_generation
from service.settings.settings import load_settings
from service.wiring import models
from tests.fakes import MODEL, recipe


class Sure:
    """Says that every window answers."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        return [Reading(0.9, None, 0.0) for _ in pairs]


EVEN = Regression(coefficients={}, intercept=0.0)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every answer model be Sure, and return the names of those that were opened."""
    names: list[str] = []

    def open_sure(name: str) -> Sure:
        names.append(name)
        return Sure()

    models._answer_model.cache_clear()
    monkeypatch.setattr("index.open_answer_model", open_sure)
    return names


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


def confidence(index: Path, calibration: Path, answer_model: str) -> float | None:
    settings = load_settings(calibration=calibration, answer_model=answer_model)
    retriever = models.open_retriever(settings, recipe())
    query, generation = Query("Who weighs the copper at dawn?"), open_generation(index)
    [ranking] = retriever.rank([query], retriever.embed([query], generation), generation)
    assert ranking is not None
    return ranking.confidence


def test_the_model_that_the_calibration_was_fitted_with_is_opened_once(
    index: Path, tmp_path: Path, opened: list[str]
) -> None:
    calibration = write_calibration(tmp_path, "default")
    for _ in range(2):
        assert confidence(index, calibration, "default") == pytest.approx(0.9)
    assert opened == ["default"]


@pytest.mark.parametrize("fitted_with", ["default", None])
def test_without_a_model_confidence_rests_on_the_search(
    index: Path,
    tmp_path: Path,
    opened: list[str],
    fitted_with: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert confidence(index, write_calibration(tmp_path, fitted_with), "none") == 0.5
    assert (opened, capsys.readouterr().err) == ([], "")


def test_an_older_calibration_needs_no_model(
    index: Path, tmp_path: Path, opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert confidence(index, write_calibration(tmp_path, None), "default") == 0.5
    assert (opened, capsys.readouterr().err) == ([], "")


def test_a_named_model_that_no_calibration_knows_is_reported(
    index: Path, tmp_path: Path, opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert confidence(index, write_calibration(tmp_path, "default"), "mine") == 0.5
    assert opened == []
    assert "the answer model mine is not used" in capsys.readouterr().err
