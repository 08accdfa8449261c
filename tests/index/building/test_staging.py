from __future__ import annotations

from pathlib import Path

import pytest

from index import Folder, ModelEncoders, Query, Recipe, Retriever, build_index, locate_model
from index.generation.folder import COLUMNS, ENCODER, SENTENCES, open_generation
from index.lexical.analysis import Analyzer
from index.lexical.terms import SEGMENTS, TERMS
from tests.fakes import FakeEmbedder, build, count_words
from tests.tiny import save_tiny_model


@pytest.mark.system
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


def test_terms_are_taken_over_where_a_passage_did_not_change(
    three: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyzed: list[str] = []
    analyze = Analyzer.terms

    def record(self: Analyzer, text: str) -> list[str]:
        analyzed.append(text)
        return analyze(self, text)

    monkeypatch.setattr(Analyzer, "terms", record)
    (three / "volcano.md").write_text("# Volcano\n\nLava flowed for two weeks.\n")
    build(three, index)
    title, headings, *sentences = analyzed
    assert (title, headings, sentences) == ("Volcano", "Volcano", ["Lava flowed for two weeks."])
    build(three, tmp_path / "fresh")
    taken_over, fresh = open_generation(index).folder, open_generation(tmp_path / "fresh").folder
    for name in (TERMS, SEGMENTS, COLUMNS, SENTENCES):
        assert (taken_over / name).read_bytes() == (fresh / name).read_bytes()
    question = Query("How long did lava flow?")
    retriever = Retriever(FakeEmbedder())
    one, other = (
        retriever.search(question, open_generation(place)) for place in (index, tmp_path / "fresh")
    )
    assert one == other
