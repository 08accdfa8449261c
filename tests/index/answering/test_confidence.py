from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import (
    DEFAULT_MODEL,
    MULTILINGUAL_MODEL,
    Calibration,
    CalibrationError,
    ModelFiles,
    load_calibration,
    locate_model,
)
from index.answering.confidence import Regression, Signal
from index.embedding.models import PACKAGES
from tests.fakes import MODEL, OTHER_MODEL

STATED: dict[str, object] = {
    "model": MODEL.name,
    "weights_hash": MODEL.weights_hash,
    "fitted_on": ["squad2"],
    "trusted": {"coefficients": {"fused": 20.0, "log_passages": -0.5}, "intercept": -5.0},
    "lexical": {"coefficients": {"lexical": 10.0}, "intercept": -4.0},
}


def write(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "calibration.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.fixture(scope="module")
def shipped() -> Calibration:
    calibration = load_calibration(None, locate_model(DEFAULT_MODEL))
    assert calibration is not None, "one ships for the default model"
    return calibration


signal = st.floats(-2, 2)
HELD: dict[Signal, float] = {"absent_codes": 0, "absent_names": 0}


@given(signal, st.floats(0, 20), st.floats(0, 1), st.sampled_from([0, 0.2, 1.0]))
def test_a_probability_lies_between_0_and_1(
    shipped: Calibration, fused: float, passages: float, lexical: float, trust: float
) -> None:
    signals: dict[Signal, float] = {
        "fused": fused, "log_passages": passages, "lexical": lexical, **HELD,
    }  # fmt: skip
    assert 0 < shipped.probability(signals, trust) < 1


@given(signal, signal, st.floats(2, 10))
def test_a_better_best_passage_never_makes_an_answer_less_likely(
    shipped: Calibration, one: float, other: float, passages: float
) -> None:
    low, high = sorted((one, other))
    given_low, given_high = (
        shipped.probability({"fused": fused, "log_passages": passages, "lexical": 0.0, **HELD}, 1)
        for fused in (low, high)
    )
    assert given_low <= given_high
    signals: list[dict[Signal, float]] = [
        {"fused": best, "log_passages": passages, **HELD} for best in (0.1, 0.2, 0.4, 0.6)
    ]
    likely = [shipped.probability(one, 1) for one in signals]
    assert likely == sorted(set(likely))


def test_a_probability_is_the_logistic_of_its_features_by_hand(tmp_path: Path) -> None:
    calibration = load_calibration(write(tmp_path, STATED), MODEL)
    assert calibration is not None
    signals: dict[Signal, float] = {"fused": 0.5, "log_passages": 4.0, "lexical": 0.6}
    assert calibration.probability(signals, 1) == pytest.approx(1 / (1 + np.exp(-3)))
    assert calibration.probability(signals, 0) == pytest.approx(1 / (1 + np.exp(-2)))
    assert calibration.probability(signals, 0.2) == calibration.probability(signals, 0)


def test_a_reading_counts_where_the_calibration_knows_it(tmp_path: Path) -> None:
    answered = {"coefficients": {"answer": 2.0, "fused": 4.0}, "intercept": -1.0}
    fitted = STATED | {"answer_model": "default", "answered": answered}
    read: dict[Signal, float] = {"fused": 0.5, "log_passages": 4.0, "lexical": 0.6, "answer": 1.0}
    plain: dict[Signal, float] = {"fused": 0.5, "log_passages": 4.0, "lexical": 0.6}
    knows = load_calibration(write(tmp_path, fitted), MODEL)
    assert knows is not None
    assert knows.probability(read, 1) == pytest.approx(1 / (1 + np.exp(-3)))
    older = load_calibration(write(tmp_path, STATED), MODEL)
    assert older is not None
    assert older.probability(read, 1) == older.probability(plain, 1) == knows.probability(plain, 1)
    assert knows.probability(read, 0.2) == older.probability(plain, 0.2), "words alone count"


def test_a_passage_in_another_language_counts_where_the_calibration_knows_it(
    tmp_path: Path,
) -> None:
    across = {"coefficients": {"fused": 4.0}, "intercept": 1.0}
    signals: dict[Signal, float] = {"fused": 0.5, "log_passages": 4.0, "lexical": 0.6}
    knows = load_calibration(write(tmp_path, STATED | {"across": across}), MODEL)
    older = load_calibration(write(tmp_path, STATED), MODEL)
    assert knows is not None
    assert older is not None
    foreign: dict[Signal, float] = signals | {"foreign": 1.0}
    assert knows.probability(foreign, 1) == pytest.approx(1 / (1 + np.exp(-3)))
    assert older.probability(foreign, 1) == older.probability(signals, 1)
    assert knows.probability(signals | {"foreign": 0.0}, 1) == older.probability(signals, 1)


def test_no_calibration_ships_for_an_unknown_model() -> None:
    assert load_calibration(None, MODEL) is None
    assert load_calibration(None, replace(MODEL, name=f"../calibrations/{DEFAULT_MODEL}")) is None


def test_a_calibration_of_another_model_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, STATED)
    assert load_calibration(path, MODEL) is not None
    with pytest.raises(CalibrationError, match=r"fitted for the model fake, not other; fit one"):
        load_calibration(path, OTHER_MODEL)
    impostor = replace(MODEL, name=DEFAULT_MODEL)
    with pytest.raises(CalibrationError, match="fitted for the model"):
        load_calibration(None, impostor)


BROKEN: dict[str, object] = {
    "empty": "",
    "text": "not json",
    "list": "[]",
    "nothing stated": "{}",
    "unknown key": {**STATED, "more": 1},
    "null": {**STATED, "trusted": None},
    "word": {**STATED, "trusted": {"coefficients": {"fused": "x"}, "intercept": 0}},
    "signal": {**STATED, "trusted": {"coefficients": {"sunshine": 1.0}, "intercept": 0.0}},
    "nan": {**STATED, "trusted": {"coefficients": {"fused": float("nan")}, "intercept": 0.0}},
    "inf": {**STATED, "lexical": {"coefficients": {"lexical": 1.0}, "intercept": float("inf")}},
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_calibration_is_refused_with_what_to_do(
    tmp_path: Path, content: object
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(
        CalibrationError, match="is not a calibration; make one with: pincite"
    ) as caught:
        load_calibration(path, MODEL)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(CalibrationError, match="cannot be read: ") as caught:
            load_calibration(path, MODEL)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("absent", "limit", "if_learnt"),
    [("absent_codes", 0.05, 0.05), ("absent_names", 0.25, 1 / (1 + np.exp(-2)))],
)
def test_a_code_that_stands_nowhere_limits_confidence_and_a_name_unless_it_was_learnt(
    absent: Signal, limit: float, if_learnt: float
) -> None:
    plain = Regression(coefficients={"fused": 1.0}, intercept=3.0)
    learnt = Regression(coefficients={"fused": 1.0, absent: -1.0}, intercept=3.0)
    signals: dict[Signal, float] = {"fused": 0.0, "absent_codes": 0, "absent_names": 0, absent: 1}
    for trusted, expected in ((plain, limit), (learnt, if_learnt)):
        one = Calibration(model="m", weights_hash="h", fitted_on=(), trusted=trusted, lexical=plain)
        assert one.probability(signals, 1) == pytest.approx(expected)
        assert one.probability(signals | {absent: 0}, 1) == pytest.approx(1 / (1 + np.exp(-3)))


def test_the_multilingual_model_has_a_calibration_for_its_weights() -> None:
    model = ModelFiles(MULTILINGUAL_MODEL, "", PACKAGES[MULTILINGUAL_MODEL].sha256)
    found = load_calibration(None, model)
    assert found is not None
    assert found.answer_model == "default"
    assert found.across is not None
    assert found.trusted.coefficients["fused"] > 0
    assert found.across.coefficients["cosines"] > 0
