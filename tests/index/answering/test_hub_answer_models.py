from __future__ import annotations

from pathlib import Path

import pytest

from index.answering.hub_answer_models import NamedAnswerModel
from index.answering.opening import open_answer_model
from index.errors import ModelError
from tests.tiny import save_tiny_question_answering, save_tiny_reranker

_WINDOWS = ["copper is", "lava", "bees"]
pytestmark = pytest.mark.system
_LAVA = [("what is lava", window) for window in _WINDOWS]


def test_a_cross_encoder_gives_probabilities_without_spans(tmp_path: Path) -> None:
    model = NamedAnswerModel(str(save_tiny_reranker(tmp_path / "model", scores=1)))
    readings = model.read(_LAVA)
    assert all(0 < reading.probability < 1 for reading in readings)
    assert len({reading.probability for reading in readings}) == 3
    assert [reading.span for reading in readings] == [None, None, None]


def test_a_question_answering_model_gives_spans(tmp_path: Path) -> None:
    model = NamedAnswerModel(str(save_tiny_question_answering(tmp_path / "model")))
    readings = model.read(_LAVA)
    for reading, window in zip(readings, _WINDOWS, strict=True):
        assert reading.span is not None
        assert window[reading.span.start : reading.span.end].strip()
        assert (reading.probability > 0.5) == (reading.span_score > 0)


def test_a_cross_encoder_with_several_scores_is_refused(tmp_path: Path) -> None:
    model = NamedAnswerModel(str(save_tiny_reranker(tmp_path / "model", scores=3)))
    with pytest.raises(ModelError, match="3 scores for two texts, expected 1"):
        model.read([("what", "lava")])


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot load the answer model .*; set answer_model"):
        NamedAnswerModel(str(tmp_path)).read([("what", "lava")])


def test_none_opens_no_model_and_a_name_opens_that_model(tmp_path: Path) -> None:
    assert open_answer_model("none") is None
    folder = str(save_tiny_reranker(tmp_path / "model", scores=1))
    model = open_answer_model(folder)
    assert model is not None
    assert len(model.read([("what", "lava")])) == 1
