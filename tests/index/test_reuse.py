from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.testing import assert_allclose

from index.generation import open_generation
from index.reuse import KnownVectors, known_vectors, text_keys, vectors_for
from tests.fakes import FakeEmbedder


def test_keys_are_equal_where_texts_are() -> None:
    keys = text_keys(["one", "two", "one", "ü\0"])
    assert keys[0] == keys[2] != keys[1]
    assert len({key.tobytes() for key in keys}) == 3


def test_a_text_that_comes_twice_is_embedded_once() -> None:
    embedder, advanced = FakeEmbedder(), list[int]()
    texts = ["one", "two", "one"]
    rows = vectors_for(texts, text_keys(texts), KnownVectors(), embedder, advanced.append)
    assert sorted(embedder.texts) == ["one", "two"]
    assert_allclose(rows, FakeEmbedder().embed(texts), atol=1e-6)
    assert sum(advanced) == len(texts)


def test_known_texts_are_taken_over_and_only_the_others_embedded(index: Path) -> None:
    for kind, known in enumerate(known_vectors(open_generation(index))):
        with np.load(open_generation(index).folder / "keys.npz") as stored:
            keys = stored[("passages", "sentences")[kind]]
        assert {key.tobytes() for key in keys} == set(known.places)


def test_vectors_taken_over_are_those_of_their_texts(index: Path, three: Path) -> None:
    first = FakeEmbedder()
    from tests.fakes import build, recipe

    build(three, index, recipe(first), rebuild=True)
    texts = [*reversed(first.texts[:3]), "something new", first.texts[1]]
    known, _ = known_vectors(open_generation(index))
    embedder = FakeEmbedder()
    rows = vectors_for(texts, text_keys(texts), known, embedder, lambda count: None)
    assert embedder.texts == ["something new"]
    assert_allclose(rows, FakeEmbedder().embed(texts), atol=1e-6)
