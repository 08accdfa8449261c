from __future__ import annotations

from index import DEFAULT_MODEL, ModelTokens, locate_model


def test_tokens_are_the_models_own_and_special_ones_are_not_counted() -> None:
    count = ModelTokens(locate_model(DEFAULT_MODEL))
    assert count(["", "harbour", "a harbour", "Mammadyarov"])[:3] == [0, 1, 2]
    assert count(["Mammadyarov"])[0] > 1


def test_a_text_longer_than_the_model_reads_is_counted_in_full() -> None:
    count = ModelTokens(locate_model(DEFAULT_MODEL))
    assert count(["harbour " * 1000, "harbour"]) == [1000, 1]
    assert count([]) == []
