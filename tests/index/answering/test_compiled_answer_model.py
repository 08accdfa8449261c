from __future__ import annotations

from pathlib import Path

import pytest

from index.answering.compiled_answer_model import CompiledAnswerModel
from index.embedding.graph import Cpu
from index.errors import ModelError
from tests.index.answering.tiny_model import save_tiny_answer_model

_WINDOWS = ["copper is red", "lava", "bees is lava is copper is bees", ""]
_LAVA = [("what is lava", window) for window in _WINDOWS]
_RED = [("what is red", window) for window in _WINDOWS]


pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_answer_model(tmp_path_factory.mktemp("answers") / "model")


def test_each_window_gets_a_probability_and_a_span_of_its_text(folder: Path) -> None:
    readings = CompiledAnswerModel(folder).read(_RED)
    assert len(readings) == len(_WINDOWS)
    for reading, window in zip(readings[:3], _WINDOWS, strict=False):
        assert 0 < reading.probability < 1
        assert reading.span is not None
        marked = window[reading.span.start : reading.span.end]
        assert marked == marked.strip() != ""
    assert readings[3].span is None


def test_a_window_is_read_alike_alone_and_among_others(folder: Path) -> None:
    model = CompiledAnswerModel(folder)
    together = model.read(_LAVA * 3)
    alone = [model.read([pair])[0] for pair in _LAVA]
    for one, other in zip(together, alone * 3, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=0.02)
        assert one.span == other.span


def test_the_same_question_is_read_the_same_twice(folder: Path) -> None:
    model = CompiledAnswerModel(folder)
    assert model.read(_RED) == model.read(_RED)


def test_no_windows_give_no_readings(folder: Path) -> None:
    assert CompiledAnswerModel(folder).read([]) == []


def test_a_long_window_is_cut_and_a_long_question_too(folder: Path) -> None:
    model = CompiledAnswerModel(folder)
    [reading] = model.read([("what " * 100, "lava is red " * 100)])
    assert 0 < reading.probability < 1


def test_it_reads_much_the_same_where_the_cpu_has_no_products_of_bytes(
    tmp_path: Path,
) -> None:
    folder = save_tiny_answer_model(tmp_path / "model", in_8_bits=True)
    here = CompiledAnswerModel(folder).read(_RED)
    there = CompiledAnswerModel(folder, cpu=Cpu(has_byte_products=lambda: False)).read(_RED)
    for one, other in zip(here, there, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=0.2)


def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    folder = save_tiny_answer_model(tmp_path / "model")
    weights = folder / "graph.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelError, match=r"graph\.bin is altered: expected SHA-256 .* export it"):
        CompiledAnswerModel(folder)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    folder = save_tiny_answer_model(tmp_path / "model")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing"):
        CompiledAnswerModel(folder)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no answer model"):
        CompiledAnswerModel(tmp_path)


def test_the_model_that_ships_tells_an_answer_from_its_absence() -> None:
    window = "Zhang Ming\nZhang Ming has been Secretary-General of the organisation since 2022."
    model = CompiledAnswerModel()
    [there] = model.read([("Who is the Secretary-General of the organisation?", window)])
    [absent] = model.read([("What did Zhang Ming's mother study in Paris?", window)])
    assert there.probability > absent.probability
    assert there.span is not None
    assert "Zhang Ming" in window[there.span.start : there.span.end]
