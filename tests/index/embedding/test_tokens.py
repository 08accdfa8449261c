from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, ModelError, ModelFiles, ModelTokens, locate_model
from index.embedding.tokens import read_tokens
from tests.tiny import save_static_model


def test_tokens_are_the_models_own_and_special_ones_are_not_counted() -> None:
    count = ModelTokens(locate_model(DEFAULT_MODEL))
    assert count(["", "harbour", "a harbour", "Mammadyarov"])[:3] == [0, 1, 2]
    assert count(["Mammadyarov"])[0] > 1


def test_a_text_longer_than_the_model_reads_is_counted_in_full() -> None:
    count = ModelTokens(locate_model(DEFAULT_MODEL))
    assert count(["harbour " * 1000, "harbour"]) == [1000, 1]
    assert count([]) == []


def test_another_process_is_given_the_tokenizer_itself(tmp_path: Path) -> None:
    model = locate_model(str(save_static_model(tmp_path / "model")))
    definition = ModelTokens(model).definition()
    shutil.rmtree(tmp_path / "model")
    assert read_tokens(definition)(["copper", "lava is lava"]) == [1, 3]


def test_a_tokenizer_that_cannot_be_loaded_is_found_out_before_it_is_given_away(
    tmp_path: Path,
) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot load the tokenizer of the model m"):
        ModelTokens(ModelFiles("m", str(tmp_path), "")).definition()
