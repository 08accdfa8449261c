from __future__ import annotations

from pathlib import Path

import pytest

from index import Folder, ModelEncoders, Query, Recipe, Retriever, build_index, locate_model
from index.generation import ENCODER, open_generation
from tests.fakes import count_words
from tests.tiny import save_tiny_model


def test_every_generation_carries_the_encoder_that_made_its_vectors(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path / "cache"))
    model = locate_model(str(save_tiny_model(tmp_path / "model")))
    encoders = ModelEncoders(model, "float32", pytest.fail)
    recipe = Recipe(model, encoders, count_words)
    descriptions = set()
    # the generation in which the encoder was opened is gone when the last ones are built
    for change in range(5):
        (three / "volcano.md").write_text(f"Lava flowed for {change} weeks.\n")
        build_index(Folder(three), tmp_path / "index", recipe, lambda done, total: None)
        generation = open_generation(tmp_path / "index")
        descriptions.add((generation.folder / ENCODER / "encoder.json").read_bytes())
        assert Retriever(encoders).search(Query("what is lava"), generation)
    assert len(descriptions) == 1
    assert len(list((tmp_path / "index" / "generations").iterdir())) == 2
